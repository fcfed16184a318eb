import { createElement } from 'lwc';
import { publish, subscribe, unsubscribe } from 'lightning/messageService';
import page from '@salesforce/apex/BitacoraCallHistory.page';
import BitacoraCallHistory from 'c/bitacoraCallHistory';
import { clock, lines } from '../calls';

jest.mock('@salesforce/apex/BitacoraCallHistory.page', () => ({ default: jest.fn() }), { virtual: true });

const CONTACT = '003000000000001AAA';

function call(id, more = {}) {
    return { Id: id, Name: `CA-${id}`, Started_At__c: '2026-01-15T09:00:00.000Z', Call_Type__c: 'inbound', ...more };
}

async function shown(properties = {}) {
    const element = createElement('c-bitacora-call-history', { is: BitacoraCallHistory });
    Object.assign(element, { recordId: CONTACT, ...properties });
    document.body.appendChild(element);
    await settled();
    return element;
}

/** Lets promises that are done be dealt with, and what follows be drawn. */
async function settled() {
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}

const all = (element, selector) => [...element.shadowRoot.querySelectorAll(selector)];
const one = (element, selector) => element.shadowRoot.querySelector(selector);
const ids = (element) => all(element, '[data-call]').map((line) => line.dataset.call);

afterEach(() => {
    document.body.replaceChildren();
    jest.clearAllMocks();
});

describe('the list of calls of a record', () => {
    it('reads the calls of the record on the page, and of the next one', async () => {
        page.mockResolvedValue({ calls: [call('1'), call('2')], more: false });
        const element = await shown({ rows: 7 });
        expect(page).toHaveBeenCalledWith({ recordId: CONTACT, rows: 7, after: null });
        expect(ids(element)).toEqual(['1', '2']);
        page.mockResolvedValue({ calls: [call('3')], more: false });
        element.recordId = '500000000000001AAA';
        await settled();
        expect(ids(element)).toEqual(['3']);
    });

    it('goes on after the last call shown', async () => {
        page.mockResolvedValueOnce({ calls: [call('1'), call('2')], more: true });
        page.mockResolvedValueOnce({ calls: [call('3')], more: false });
        const element = await shown();
        one(element, '[data-older]').click();
        await settled();
        expect(page.mock.calls[1][0].after).toEqual({ startedAt: '2026-01-15T09:00:00.000Z', callId: '2' });
        expect(ids(element)).toEqual(['1', '2', '3']);
        expect(one(element, '[data-older]')).toBeNull();
    });

    it('says that there are none', async () => {
        page.mockResolvedValue({ calls: [], more: false });
        const element = await shown();
        expect(one(element, '[data-empty]').textContent).toBe('c.Bitacora_No_Calls');
    });

    it('says that reading failed, and reads again when asked', async () => {
        page.mockRejectedValueOnce(new Error('no'));
        const element = await shown();
        expect(one(element, '[data-empty]')).toBeNull();
        page.mockResolvedValueOnce({ calls: [call('1')], more: false });
        one(element, '[data-failed] lightning-button').click();
        await settled();
        expect(one(element, '[data-failed]')).toBeNull();
        expect(ids(element)).toEqual(['1']);
    });

    it('drops an answer that comes after the page went on to another record', async () => {
        let answerLate;
        page.mockReturnValueOnce(new Promise((answer) => (answerLate = answer)));
        page.mockResolvedValueOnce({ calls: [call('of the second')], more: false });
        const element = await shown();
        element.recordId = '500000000000001AAA';
        await settled();
        answerLate({ calls: [call('of the first')], more: true });
        await settled();
        expect(ids(element)).toEqual(['of the second']);
        expect(one(element, '[data-loading]')).toBeNull();
    });

    it('reads again when calls of this record were logged, and not for another', async () => {
        page.mockResolvedValue({ calls: [], more: false });
        const element = await shown();
        const hear = subscribe.mock.calls[0][2];
        hear({ recordIds: ['003000000000002AAA'] });
        expect(page).toHaveBeenCalledTimes(1);
        hear({ recordIds: [CONTACT] });
        hear({});
        await settled();
        expect(page).toHaveBeenCalledTimes(3);
        expect(publish).not.toHaveBeenCalled();
        element.remove();
        expect(unsubscribe).toHaveBeenCalledTimes(1);
    });

    it('shows text as text', async () => {
        const notes = '<img src=x onerror=alert(1)>\nsecond line';
        page.mockResolvedValue({ calls: [call('1', { Notes__c: notes })], more: false });
        const element = await shown();
        expect(one(element, '[data-notes]').textContent).toBe(notes);
        expect(one(element, '[data-notes] img')).toBeNull();
    });
});

describe('what is shown of a call', () => {
    it('writes durations as a clock does', () => {
        expect([0, 7, 760, 3909].map(clock)).toEqual(['0:00', '0:07', '12:40', '1:05:09']);
    });

    it('draws how long people talked beside the longest of the list', () => {
        const bars = lines([
            call('1', { Talk_Seconds__c: 300 }),
            call('2', { Talk_Seconds__c: 75 }),
            call('3', { Talk_Seconds__c: 1 })
        ]);
        expect(bars.map(({ bar }) => bar)).toEqual(['width: 100%', 'width: 25%', 'width: 2%']);
    });

    it('says how long somebody waited who was not answered', () => {
        const [answered, missed] = lines([
            call('1', { Talk_Seconds__c: 60, Wait_Seconds__c: 9 }),
            call('2', { Call_Type__c: 'missed', Wait_Seconds__c: 9 })
        ]);
        expect([answered.talk, answered.wait]).toEqual(['1:00', undefined]);
        expect([missed.talk, missed.wait]).toEqual([undefined, 'c.Bitacora_Wait']);
    });

    it('says what there is instead of a disposition, and invents none', () => {
        const outcomes = ['logged', 'not_logged', 'undispositioned', 'no_wrapup'];
        const said = lines(outcomes.map((Outcome__c) => call('1', { Outcome__c }))).map(
            ({ undisposed }) => undisposed
        );
        expect(said).toEqual([undefined, 'c.Bitacora_Not_Logged', 'c.Bitacora_Undispositioned', undefined]);
        expect(
            lines([call('1', { Disposition__c: 'Sale', Outcome__c: 'not_logged' })])[0].undisposed
        ).toBeUndefined();
    });

    it('shows a type of call that it does not know by its name', () => {
        expect(lines([call('1', { Call_Type__c: 'callback' })])[0].type).toBe('callback');
    });
});
