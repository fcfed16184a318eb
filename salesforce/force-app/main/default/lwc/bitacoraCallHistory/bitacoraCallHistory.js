/**
 * The calls of the record on screen: read a page at a time, read again when the panel says that calls were logged.
 * Whoever may not read calls is told so; what a user may see is decided in Apex (BitacoraCallHistory).
 */

import { LightningElement, api, wire } from 'lwc';
import { APPLICATION_SCOPE, MessageContext, subscribe, unsubscribe } from 'lightning/messageService';
import { NavigationMixin } from 'lightning/navigation';
import CALLS_CHANGED from '@salesforce/messageChannel/Bitacora_Calls__c';
import page from '@salesforce/apex/BitacoraCallHistory.page';
import CALLS from '@salesforce/label/c.Bitacora_Calls';
import CALLS_FAILED from '@salesforce/label/c.Bitacora_Calls_Failed';
import LISTEN from '@salesforce/label/c.Bitacora_Listen';
import LOADING from '@salesforce/label/c.Bitacora_Loading';
import NO_CALLS from '@salesforce/label/c.Bitacora_No_Calls';
import REFRESH from '@salesforce/label/c.Bitacora_Refresh';
import SHOW_OLDER from '@salesforce/label/c.Bitacora_Show_Older';
import TRY_AGAIN from '@salesforce/label/c.Bitacora_Try_Again';
import { lines } from './calls';

const ROWS_AT_A_TIME = 5;

export default class BitacoraCallHistory extends NavigationMixin(LightningElement) {
    /** How many calls are read at a time. */
    @api rows = ROWS_AT_A_TIME;

    labels = { CALLS, CALLS_FAILED, LISTEN, LOADING, NO_CALLS, REFRESH, SHOW_OLDER, TRY_AGAIN };
    calls = [];
    more = false;
    loading = false;
    failed = false;

    @wire(MessageContext) messageContext;

    record;
    subscription;
    /** Grows with each reading from the start: the answer to an older one comes too late and is dropped. */
    reading = 0;

    /** Whose calls: the page says so, also when it shows another record. */
    @api
    get recordId() {
        return this.record;
    }
    set recordId(id) {
        this.record = id;
        if (this.isConnected) this.readFromStart();
    }

    connectedCallback() {
        this.subscription = subscribe(this.messageContext, CALLS_CHANGED, (message) => this.hear(message), {
            scope: APPLICATION_SCOPE
        });
        this.readFromStart();
    }

    disconnectedCallback() {
        unsubscribe(this.subscription);
    }

    get lines() {
        return lines(this.calls);
    }

    get isEmpty() {
        return !this.loading && !this.failed && this.calls.length === 0;
    }

    get canShowOlder() {
        return this.more && !this.loading && !this.failed;
    }

    hear(message) {
        const records = message?.recordIds;
        if (!Array.isArray(records) || records.length === 0 || records.includes(this.record)) this.readFromStart();
    }

    readFromStart() {
        this.reading += 1;
        return this.read(null);
    }

    readOlder() {
        const last = this.calls[this.calls.length - 1];
        return this.read({ startedAt: last.Started_At__c, callId: last.Id });
    }

    async read(after) {
        if (!this.record) return;
        const reading = this.reading;
        this.loading = true;
        this.failed = false;
        try {
            const found = await page({ recordId: this.record, rows: this.rows, after });
            if (reading !== this.reading) return;
            this.calls = after ? [...this.calls, ...found.calls] : found.calls;
            this.more = found.more;
        } catch {
            if (reading === this.reading) this.failed = true;
        }
        if (reading === this.reading) this.loading = false;
    }

    openCall(event) {
        this[NavigationMixin.Navigate]({
            type: 'standard__recordPage',
            attributes: { recordId: event.target.dataset.id, objectApiName: 'Call_Activity__c', actionName: 'view' }
        });
    }
}
