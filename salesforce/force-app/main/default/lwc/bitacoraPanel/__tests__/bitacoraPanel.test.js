import { createElement } from 'lwc';
import { publish } from 'lightning/messageService';
import { CurrentPageReference } from 'lightning/navigation';
import { IsConsoleNavigation, getFocusedTabInfo, openTab } from 'lightning/platformWorkspaceApi';
import address from '@salesforce/apex/BitacoraPanel.address';
import assertion from '@salesforce/apex/BitacoraPanel.assertion';
import BitacoraPanel from 'c/bitacoraPanel';

jest.mock('@salesforce/apex/BitacoraPanel.address', () => ({ default: jest.fn() }), { virtual: true });
jest.mock('@salesforce/apex/BitacoraPanel.assertion', () => ({ default: jest.fn() }), { virtual: true });

const mockNavigate = jest.fn();
jest.mock('lightning/navigation', () => {
    const original = jest.requireActual('lightning/navigation');
    const Navigate = Symbol('Navigate');
    const NavigationMixin = (Base) =>
        class extends Base {
            [Navigate](page) {
                mockNavigate(page);
            }
        };
    NavigationMixin.Navigate = Navigate;
    return { ...original, NavigationMixin };
});

const SERVER = 'https://calls.acme.example';
const CASE = '500000000000001AAA';
const CONTACT = '003000000000001AAA';

/** Lets promises that are done be dealt with, and what follows be drawn. */
async function settled() {
    for (let turn = 0; turn < 6; turn += 1) await Promise.resolve();
}

/** A port as the panel hands it over, and what it was told. */
function newPort() {
    const told = [];
    return { told, onmessage: null, close: jest.fn(), postMessage: (text) => told.push(JSON.parse(text)) };
}

/** The component with its frame; `greet` is the panel's first message, `ask` a request on the port of that. */
async function framed(properties = {}) {
    address.mockResolvedValue({ serverUrl: SERVER, tenant: 'acme' });
    const element = createElement('c-bitacora-panel', { is: BitacoraPanel });
    Object.assign(element, properties);
    document.body.appendChild(element);
    await settled();
    const iframe = element.shadowRoot.querySelector('iframe');
    posted.push(jest.spyOn(iframe.contentWindow, 'postMessage'));
    const key = new URLSearchParams(new URL(iframe.src).hash.slice(1)).get('key');
    const greet = async ({ data = {}, origin = SERVER, source = iframe.contentWindow, port = newPort() } = {}) => {
        const event = new MessageEvent('message', { data: { bitacora: 1, type: 'port', key, ...data }, origin, source });
        Object.defineProperty(event, 'ports', { value: port ? [port] : [] });
        window.dispatchEvent(event);
        await settled();
        return port;
    };
    return { element, iframe, key, greet };
}

/** The same after the panel greeted. */
async function spoken(properties = {}) {
    const stage = await framed(properties);
    const port = await stage.greet();
    const say = async (data) => {
        port.onmessage({ data: JSON.stringify(data) });
        await settled();
    };
    const ask = async (type, more = {}) => {
        await say({ bitacora: 1, type, id: `${type}-1`, ...more });
        return port.told.at(-1);
    };
    return { ...stage, port, told: port.told, say, ask };
}

/** What would have been told to a window of a frame, whoever is in it. */
const posted = [];

afterEach(() => {
    document.body.replaceChildren();
    for (const spy of posted.splice(0)) expect(spy).not.toHaveBeenCalled();
    jest.clearAllMocks();
});

describe('the frame', () => {
    it('shows the panel of the server in the settings, and may use the microphone there alone', async () => {
        const { iframe } = await framed();
        expect(iframe.allow ?? iframe.getAttribute('allow')).toBe(`microphone ${SERVER}; autoplay ${SERVER}`);
    });

    it('has its key in the fragment, where no server and no other page gets to see it, and another each time', async () => {
        const { iframe, key } = await framed();
        expect(iframe.src).toBe(`${SERVER}/panel.html?host=lwc#key=${key}`);
        expect(key).toMatch(/^[0-9a-f]{32}$/);
        expect((await framed()).key).not.toBe(key);
    });

    it('says what is missing where the org is not set up, and looks again when asked', async () => {
        address.mockRejectedValueOnce({ body: { message: 'no settings' } });
        const element = createElement('c-bitacora-panel', { is: BitacoraPanel });
        document.body.appendChild(element);
        await settled();
        expect(element.shadowRoot.querySelector('[data-failure]')).not.toBeNull();
        expect(element.shadowRoot.querySelector('iframe')).toBeNull();
        address.mockResolvedValue({ serverUrl: SERVER, tenant: 'acme' });
        element.shadowRoot.querySelector('lightning-button').click();
        await settled();
        expect(element.shadowRoot.querySelector('iframe')).not.toBeNull();
    });
});

describe('who is heard', () => {
    it.each([
        ['of the origin of the server', SERVER],
        ['without an origin, as Lightning Web Security leaves it', 'null']
    ])('answers the panel %s on its port', async (_, origin) => {
        assertion.mockResolvedValue('head.claims.signature');
        const { greet } = await framed();
        const port = await greet({ origin });
        port.onmessage({ data: '{"bitacora":1,"type":"assertion","id":"1"}' });
        await settled();
        expect(port.told).toEqual([{ bitacora: 1, type: 'assertion', id: '1', assertion: 'head.claims.signature' }]);
    });

    it.each([
        ['another site', { origin: 'https://calls.acme.example.evil.example' }],
        ['the same host without encryption', { origin: 'http://calls.acme.example' }],
        ['another port', { origin: 'https://calls.acme.example:8443' }],
        ['another window of the server', { source: window }],
        ['another window without an origin', { origin: 'null', source: window }],
        ['a message without a window', { source: null }],
        ['whoever the frame shows without knowing its key', { origin: 'null', data: { key: undefined } }],
        ['whoever guesses the key', { origin: 'null', data: { key: '0'.repeat(32) } }],
        ['another type', { data: { type: 'hello' } }],
        ['a greeting without a port', { port: null }]
    ])('takes no port of %s', async (_, greeting) => {
        const { greet } = await framed();
        const port = await greet(greeting);
        expect(port?.onmessage ?? null).toBeNull();
    });

    it('answers nothing that is asked without a port', async () => {
        const { key, iframe } = await framed();
        const data = { bitacora: 1, frame: key, key, type: 'assertion', id: '1' };
        window.dispatchEvent(new MessageEvent('message', { data, origin: SERVER, source: iframe.contentWindow }));
        await settled();
        expect(assertion).not.toHaveBeenCalled();
    });

    it('tells an assertion that comes late to the port it was asked on, whatever the frame shows by then', async () => {
        let signed;
        assertion.mockReturnValueOnce(
            new Promise((resolve) => {
                signed = resolve;
            })
        );
        const { ask, greet, told } = await spoken();
        await ask('assertion');
        const later = await greet();
        signed('head.claims.signature');
        await settled();
        expect(told).toEqual([{ bitacora: 1, type: 'assertion', id: 'assertion-1', assertion: 'head.claims.signature' }]);
        expect(later.told).toEqual([]);
    });

    it('hears a panel that was loaded again on its new port alone, and tells it nothing before its hello', async () => {
        const { ask, greet, port, told } = await spoken();
        await ask('hello');
        const later = await greet();
        expect(port.close).toHaveBeenCalled();
        expect(await ask('assertion')).toMatchObject({ type: 'hello' });
        expect(assertion).not.toHaveBeenCalled();
        CurrentPageReference.emit({ type: 'standard__recordPage', attributes: { recordId: CASE } });
        expect(told).toHaveLength(1);
        expect(later.told).toEqual([]);
    });

    it('leaves alone what is no message of ours', async () => {
        const { port, told } = await spoken();
        for (const data of ['assertion', '{', 'null', '{"type":"assertion","id":"1"}', { bitacora: 1 }, null]) {
            port.onmessage({ data });
            // eslint-disable-next-line no-await-in-loop
            await settled();
        }
        expect(assertion).not.toHaveBeenCalled();
        expect(told).toEqual([]);
    });

    it('refuses by code what it does not speak, does not know, cannot read or could not do', async () => {
        const { say, ask, told } = await spoken();
        await say({ bitacora: 2, type: 'hello', id: '1' });
        await say({ bitacora: 1, type: 'hello' });
        await ask('sell');
        assertion.mockRejectedValueOnce(new Error('no certificate'));
        await ask('assertion');
        expect(told.map(({ type, id, code }) => [type, id, code])).toEqual([
            ['error', '1', 'version'],
            ['error', undefined, 'malformed'],
            ['error', 'sell-1', 'unknown'],
            ['error', 'assertion-1', 'failed']
        ]);
    });

    it('hears nothing any more once it is gone from the page', async () => {
        const { element, ask, port, greet } = await spoken();
        element.remove();
        expect(port.close).toHaveBeenCalled();
        await ask('assertion');
        expect((await greet()).onmessage).toBeNull();
        expect(assertion).not.toHaveBeenCalled();
    });
});

describe('what is asked of Salesforce', () => {
    it('says hello with what the panel needs to begin', async () => {
        const { ask } = await spoken({
            scope: 'wrapup',
            call: { id: 'key', record: '0LQ000000000001AAA', state: 'ended' }
        });
        expect(await ask('hello')).toMatchObject({
            tenant: 'acme',
            language: 'en',
            scope: 'wrapup',
            call: { id: 'key', state: 'ended' }
        });
    });

    it('looks for the record in the tab in front of a console each time it is asked', async () => {
        const { ask } = await spoken();
        IsConsoleNavigation.emit(true);
        getFocusedTabInfo.mockResolvedValueOnce({ tabId: 'a', recordId: CASE });
        expect((await ask('view')).view).toEqual({ console: true, record: { id: CASE, object: 'Case' } });
        getFocusedTabInfo.mockResolvedValueOnce({
            tabId: 'b',
            pageReference: { type: 'standard__objectPage', attributes: {} }
        });
        expect((await ask('view')).view).toEqual({ console: true, record: null });
    });

    it('outside a console says so, and which record the page shows', async () => {
        const { ask, told } = await spoken();
        IsConsoleNavigation.emit(false);
        CurrentPageReference.emit({
            type: 'standard__recordPage',
            attributes: { recordId: CONTACT, objectApiName: 'Contact' }
        });
        expect(told).toEqual([]);
        expect((await ask('view')).view).toEqual({ console: false, record: { id: CONTACT, object: 'Contact' } });
        await ask('hello');
        CurrentPageReference.emit({
            type: 'standard__objectPage',
            attributes: { objectApiName: 'Case', actionName: 'new' }
        });
        expect(told.at(-1)).toMatchObject({ type: 'view', view: { console: false, record: null } });
        expect(told.at(-1).id).toBeUndefined();
    });

    it('opens records, in a console behind what is in front if asked so', async () => {
        const { ask } = await spoken();
        IsConsoleNavigation.emit(true);
        expect((await ask('open', { record: { id: CASE }, behind: true })).type).toBe('open');
        expect(openTab).toHaveBeenCalledWith({ recordId: CASE, focus: false });
        IsConsoleNavigation.emit(false);
        await ask('open', { record: { id: CONTACT, object: 'Contact' } });
        expect(mockNavigate).toHaveBeenCalledWith({
            type: 'standard__recordPage',
            attributes: { recordId: CONTACT, objectApiName: 'Contact', actionName: 'view' }
        });
        expect((await ask('open', { record: { id: 'javascript:alert(1)' } })).code).toBe('malformed');
        expect(mockNavigate).toHaveBeenCalledTimes(1);
    });

    it('has the lists of these records read again', async () => {
        const { ask } = await spoken();
        await ask('calls-changed', { records: [CASE, CONTACT] });
        expect(publish.mock.calls[0][2]).toEqual({ recordIds: [CASE, CONTACT] });
        expect((await ask('calls-changed', { records: 'all' })).code).toBe('malformed');
    });

    it('is as high as the panel says, within what Open CTI allows', async () => {
        const { ask, iframe } = await spoken();
        expect((await ask('height', { height: 9000 })).height).toBe(2560);
        expect(iframe.style.height).toBe('2560px');
        expect((await ask('height', { height: 100 })).height).toBe(240);
        expect((await ask('height', { height: 'tall' })).code).toBe('malformed');
    });

    it('tells how the call of a Voice page goes', async () => {
        const { element, ask, told } = await spoken();
        await ask('hello');
        element.call = { id: 'key', record: '0LQ000000000001AAA', state: 'ended' };
        expect(told.at(-1)).toMatchObject({ type: 'call', call: { id: 'key', state: 'ended' } });
    });
});
