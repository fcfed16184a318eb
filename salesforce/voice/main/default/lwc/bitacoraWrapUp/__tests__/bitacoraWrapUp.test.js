import { createElement } from 'lwc';
import address from '@salesforce/apex/BitacoraPanel.address';
import BitacoraWrapUp from 'c/bitacoraWrapUp';

jest.mock('@salesforce/apex/BitacoraPanel.address', () => ({ default: jest.fn() }), { virtual: true });
jest.mock('@salesforce/apex/BitacoraPanel.assertion', () => ({ default: jest.fn() }), { virtual: true });

const VOICE_CALL = '0LQ000000000001AAA';

function shown() {
    address.mockResolvedValue({ serverUrl: 'https://calls.acme.example', tenant: 'acme' });
    const element = createElement('c-bitacora-wrap-up', { is: BitacoraWrapUp });
    element.recordId = VOICE_CALL;
    document.body.appendChild(element);
    const toolkit = element.shadowRoot.querySelector('lightning-service-cloud-voice-toolkit-api');
    const panel = element.shadowRoot.querySelector('c-bitacora-panel');
    const happens = async (type, detail = { callId: 'vendor-key' }) => {
        toolkit.dispatchEvent(new CustomEvent(type, { detail }));
        await Promise.resolve();
        return panel.call;
    };
    return { element, panel, happens };
}

afterEach(() => document.body.replaceChildren());

describe('the wrap-up beside Salesforce Voice', () => {
    it('frames the panel for the wrap-up alone', () => {
        expect(shown().panel.scope).toBe('wrapup');
    });

    it('tells the panel how the call goes', async () => {
        const { happens } = shown();
        expect(await happens('callstarted')).toEqual({ id: 'vendor-key', record: VOICE_CALL, state: 'started' });
        expect((await happens('callconnected')).state).toBe('connected');
        expect((await happens('callended')).state).toBe('ended');
        expect((await happens('wrapupended')).state).toBe('wrapped-up');
    });

    it('tells nothing of holding and muting, nor once it is gone', async () => {
        const { element, panel, happens } = shown();
        expect(await happens('hold')).toBeUndefined();
        await happens('callended');
        element.remove();
        await happens('callstarted');
        expect(panel.call.state).toBe('ended');
    });
});
