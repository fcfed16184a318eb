/**
 * The line to the panel in a frame. A window is no addressee: under Lightning Web Security the page in it has no origin
 * to post to, and whatever the window shows next would hear as well. So nothing is ever posted to the window; the
 * panel hands over a port, which belongs to that one page and ends with it. What is answered is not decided here, nor
 * what a message looks like.
 */

import { REFUSAL, Refused, isGreeting, newKey, read, write } from './protocol';

/** What a browser calls the origin of a page in a sandboxed frame. */
const NO_ORIGIN = 'null';

export class PanelLine {
    /** Goes into the fragment of the frame's address, which reaches no server and no page but that one. */
    key = newKey();
    port;
    /** Whether the panel has said hello on this port: before, it hears no event. */
    greeted = false;

    /** @param {(message: {type: string, body: object}) => object | Promise<object>} answer throws `Refused` */
    constructor(answer) {
        this.answer = answer;
    }

    /**
     * Takes the port of the panel in that frame; another's message is left alone. A panel that was loaded again brings
     * another port, and the old one is heard no more.
     * @param {MessageEvent} event of this page's window @param {Window | undefined} frame the frame's window
     * @param {string} server the origin of the server
     */
    hear({ source, origin, data, ports }, frame, server) {
        if (!frame || source !== frame || (origin !== server && origin !== NO_ORIGIN)) return;
        if (!isGreeting(data, this.key) || !ports?.[0]) return;
        this.close();
        const port = ports[0];
        this.port = port;
        port.onmessage = (message) => this.request(port, message.data);
    }

    /** Answers where it was asked: by now the frame may show another page, or the panel may have another port. */
    async request(port, text) {
        const message = read(text);
        if (!message || port !== this.port) return;
        const { id, type } = message;
        try {
            if (message.refusal) throw new Refused(message.refusal);
            if (type === 'hello') this.greeted = true;
            port.postMessage(write(type, { id, ...(await this.answer(message)) }));
        } catch (error) {
            const code = error instanceof Refused ? error.code : REFUSAL.FAILED;
            port.postMessage(write('error', { id, code }));
        }
    }

    /** Tells the panel of something it did not ask for. */
    tell(type, more) {
        if (this.greeted) this.port.postMessage(write(type, more));
    }

    /** Hears nothing and tells nothing from here on, until a panel greets again. */
    close() {
        this.port?.close();
        this.port = undefined;
        this.greeted = false;
    }
}
