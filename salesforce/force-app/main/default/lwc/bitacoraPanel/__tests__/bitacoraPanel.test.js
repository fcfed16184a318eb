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

/** The component with its frame, and what the frame was told, with the origin it was told to. */
async function framed(properties = {}) {
    address.mockResolvedValue({ serverUrl: SERVER, tenant: 'acme' });
    const element = createElement('c-bitacora-panel', { is: BitacoraPanel });
    Object.assign(element, properties);
    document.body.appendChild(element);
    await settled();
    const iframe = element.shadowRoot.querySelector('iframe');
    const told = [];
    jest.spyOn(iframe.contentWindow, 'postMessage').mockImplementation((message, origin) =>
        told.push({ message, origin })
    );
    const frame = new URL(iframe.src).searchParams.get('frame');
    const say = async (data, origin = SERVER) => {
        window.dispatchEvent(new MessageEvent('message', { data, origin }));
        await settled();
    };
    const ask = async (type, more = {}) => {
        await say({ bitacora: 1, frame, type, id: `${type}-1`, ...more });
        return told.at(-1)?.message;
    };
    return { element, iframe, frame, told, say, ask };
}

afterEach(() => {
    document.body.replaceChildren();
    jest.clearAllMocks();
});

describe('the frame', () => {
    it('shows the panel of the server in the settings, and may use the microphone there alone', async () => {
        const { iframe, frame } = await framed();
        expect(iframe.src).toBe(`${SERVER}/panel.html?host=lwc&frame=${frame}`);
        expect(frame).toMatch(/^[0-9a-f]{32}$/);
        expect(iframe.allow ?? iframe.getAttribute('allow')).toBe(`microphone ${SERVER}; autoplay ${SERVER}`);
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
    it('gives an assertion to the exact origin of the server', async () => {
        assertion.mockResolvedValue('head.claims.signature');
        const { ask, told, frame } = await framed();
        expect(await ask('assertion')).toEqual({
            bitacora: 1,
            frame,
            type: 'assertion',
            id: 'assertion-1',
            assertion: 'head.claims.signature'
        });
        expect(told.map(({ origin }) => origin)).toEqual([SERVER]);
    });

    it.each([
        ['another site', 'https://calls.acme.example.evil.example'],
        ['the same host without encryption', 'http://calls.acme.example'],
        ['another port', 'https://calls.acme.example:8443'],
        ['an opaque origin', 'null']
    ])('tells nothing to %s', async (_, origin) => {
        const { say, told, frame } = await framed();
        await say({ bitacora: 1, frame, type: 'assertion', id: '1' }, origin);
        expect(assertion).not.toHaveBeenCalled();
        expect(told).toEqual([]);
    });

    it('tells nothing to another frame of the server on the same page, nor to what is no message of ours', async () => {
        const { say, told, frame } = await framed();
        for (const data of [
            { bitacora: 1, frame: '0'.repeat(32), type: 'assertion', id: '1' },
            { bitacora: 1, type: 'assertion', id: '1' },
            { frame, type: 'assertion', id: '1' },
            'assertion',
            null
        ]) {
            // eslint-disable-next-line no-await-in-loop
            await say(data);
        }
        expect(assertion).not.toHaveBeenCalled();
        expect(told).toEqual([]);
    });

    it('refuses by code what it does not speak, does not know, cannot read or could not do', async () => {
        const { say, ask, told, frame } = await framed();
        await say({ bitacora: 2, frame, type: 'hello', id: '1' });
        await say({ bitacora: 1, frame, type: 'hello' });
        await ask('sell');
        assertion.mockRejectedValueOnce(new Error('no certificate'));
        await ask('assertion');
        expect(told.map(({ message }) => [message.type, message.id, message.code])).toEqual([
            ['error', '1', 'version'],
            ['error', undefined, 'malformed'],
            ['error', 'sell-1', 'unknown'],
            ['error', 'assertion-1', 'failed']
        ]);
    });

    it('hears nothing any more once it is gone from the page', async () => {
        const { element, say, frame } = await framed();
        element.remove();
        await say({ bitacora: 1, frame, type: 'assertion', id: '1' });
        expect(assertion).not.toHaveBeenCalled();
    });
});

describe('what is asked of Salesforce', () => {
    it('says hello with what the panel needs to begin', async () => {
        const { ask } = await framed({
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
        const { ask } = await framed();
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
        const { ask, told } = await framed();
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
        expect(told.at(-1).message).toMatchObject({ type: 'view', view: { console: false, record: null } });
        expect(told.at(-1).message.id).toBeUndefined();
    });

    it('opens records, in a console behind what is in front if asked so', async () => {
        const { ask } = await framed();
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
        const { ask } = await framed();
        await ask('calls-changed', { records: [CASE, CONTACT] });
        expect(publish.mock.calls[0][2]).toEqual({ recordIds: [CASE, CONTACT] });
        expect((await ask('calls-changed', { records: 'all' })).code).toBe('malformed');
    });

    it('is as high as the panel says, within what Open CTI allows', async () => {
        const { ask, iframe } = await framed();
        expect((await ask('height', { height: 9000 })).height).toBe(2560);
        expect(iframe.style.height).toBe('2560px');
        expect((await ask('height', { height: 100 })).height).toBe(240);
        expect((await ask('height', { height: 'tall' })).code).toBe('malformed');
    });

    it('tells how the call of a Voice page goes', async () => {
        const { element, ask, told } = await framed();
        await ask('hello');
        element.call = { id: 'key', record: '0LQ000000000001AAA', state: 'ended' };
        expect(told.at(-1).message).toMatchObject({ type: 'call', call: { id: 'key', state: 'ended' } });
    });
});
