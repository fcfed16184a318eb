/**
 * Frames the panel of Bitácora and does for it what only a page of Salesforce can: states who is at the screen, says
 * which record is in front, opens records, and has lists of calls read again. It answers what the panel asks and
 * keeps nothing of it. Who is heard and where answers go is the business of `line.js`; the messages, and why they take
 * the way they take, are written down in salesforce/README.md.
 */

import { LightningElement, api, wire } from 'lwc';
import LANGUAGE from '@salesforce/i18n/lang';
import { MessageContext, publish } from 'lightning/messageService';
import { CurrentPageReference, NavigationMixin } from 'lightning/navigation';
import { IsConsoleNavigation, getFocusedTabInfo, openTab } from 'lightning/platformWorkspaceApi';
import CALLS_CHANGED from '@salesforce/messageChannel/Bitacora_Calls__c';
import address from '@salesforce/apex/BitacoraPanel.address';
import assertion from '@salesforce/apex/BitacoraPanel.assertion';
import LOADING from '@salesforce/label/c.Bitacora_Loading';
import PANEL from '@salesforce/label/c.Bitacora_Panel';
import PANEL_FAILED from '@salesforce/label/c.Bitacora_Panel_Failed';
import TRY_AGAIN from '@salesforce/label/c.Bitacora_Try_Again';
import { PanelLine } from './line';
import { REFUSAL, Refused, isRecordId } from './protocol';
import { recordOf, recordOfTab } from './view';

/** Between these the panel can set its height, in pixels; those of Open CTI. */
const LEAST_HEIGHT = 240;
const MOST_HEIGHT = 2560;
const USUAL_HEIGHT = 640;

export default class BitacoraPanel extends NavigationMixin(LightningElement) {
    /** What the panel is for: the whole of it, or the wrap-up of a call of Salesforce Voice alone. */
    @api scope = 'panel';

    labels = { LOADING, PANEL, TRY_AGAIN };
    server;
    failure;
    pixels = USUAL_HEIGHT;
    line = new PanelLine((message) => this.answer(message));
    page;
    heldCall;

    @wire(IsConsoleNavigation) consoleNavigation;
    @wire(MessageContext) messageContext;

    /** How high the panel is before it says so itself, in pixels. */
    @api
    get height() {
        return this.pixels;
    }
    set height(pixels) {
        if (Number.isFinite(Number(pixels)))
            this.pixels = Math.min(MOST_HEIGHT, Math.max(LEAST_HEIGHT, Number(pixels)));
    }

    /** The call that a Voice page shows: `{id, record, state}`. Each change is told to the panel. */
    @api
    get call() {
        return this.heldCall;
    }
    set call(call) {
        this.heldCall = call;
        if (call) this.line.tell('call', { call });
    }

    @wire(CurrentPageReference)
    turnPage(reference) {
        this.page = reference;
        this.line.tell('view', { view: { console: this.isConsole, record: recordOf(reference) } });
    }

    connectedCallback() {
        this.listener = (event) => {
            if (this.server) this.line.hear(event, this.refs.frame?.contentWindow, this.origin);
        };
        window.addEventListener('message', this.listener);
        return this.load();
    }

    disconnectedCallback() {
        window.removeEventListener('message', this.listener);
        this.line.close();
    }

    get isConsole() {
        return this.consoleNavigation === true;
    }

    get isLoading() {
        return !this.server && !this.failure;
    }

    get source() {
        return `${this.origin}/panel.html?host=lwc#key=${this.line.key}`;
    }

    get permissions() {
        return `microphone ${this.origin}; autoplay ${this.origin}`;
    }

    get style() {
        return `height: ${this.pixels}px`;
    }

    get origin() {
        return new URL(this.server.serverUrl).origin;
    }

    async load() {
        this.failure = undefined;
        try {
            this.server = await address();
        } catch (error) {
            this.failure = PANEL_FAILED.replace('{0}', error?.body?.message ?? '');
        }
    }

    /** What a request is answered with; its effect has been when this returns. */
    answer({ type, body }) {
        switch (type) {
            case 'hello':
                return this.welcome();
            case 'assertion':
                return this.state();
            case 'view':
                return this.view();
            case 'open':
                return this.open(body);
            case 'calls-changed':
                return this.callsChanged(body);
            case 'height':
                return this.resize(body);
            default:
                throw new Refused(REFUSAL.UNKNOWN);
        }
    }

    welcome() {
        return { tenant: this.server.tenant, language: LANGUAGE, scope: this.scope, call: this.heldCall ?? null };
    }

    async state() {
        return { assertion: await assertion() };
    }

    /** Asked anew each time: what the panel was told before may be long gone from the screen. */
    async view() {
        const record = this.isConsole ? recordOfTab(await getFocusedTabInfo()) : recordOf(this.page);
        return { view: { console: this.isConsole, record } };
    }

    async open({ record, behind }) {
        if (!isRecordId(record?.id)) throw new Refused(REFUSAL.MALFORMED);
        if (this.isConsole) await openTab({ recordId: record.id, focus: behind !== true });
        else this[NavigationMixin.Navigate](recordPage(record));
        return {};
    }

    callsChanged({ records }) {
        if (!Array.isArray(records) || !records.every(isRecordId)) throw new Refused(REFUSAL.MALFORMED);
        publish(this.messageContext, CALLS_CHANGED, { recordIds: records });
        return {};
    }

    resize({ height }) {
        if (typeof height !== 'number' || !Number.isFinite(height)) throw new Refused(REFUSAL.MALFORMED);
        this.height = height;
        return { height: this.pixels };
    }
}

function recordPage({ id, object }) {
    const attributes = { recordId: id, actionName: 'view' };
    if (typeof object === 'string') attributes.objectApiName = object;
    return { type: 'standard__recordPage', attributes };
}
