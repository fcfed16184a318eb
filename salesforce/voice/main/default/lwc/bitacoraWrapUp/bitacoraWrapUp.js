/**
 * The wrap-up form in a Voice Extension: Salesforce Voice has the call controls, this frames our panel for the
 * summing up and tells it how the call goes. The telephony events of Salesforce are told on; none is decided upon
 * here.
 */

import { LightningElement, api } from 'lwc';

/** What the panel is told of a call, by the toolkit's events. */
const STATES = {
    callstarted: 'started',
    callconnected: 'connected',
    callended: 'ended',
    wrapupended: 'wrapped-up'
};

export default class BitacoraWrapUp extends LightningElement {
    /** The VoiceCall on screen. */
    @api recordId;

    call;
    toolkit;
    listener = (event) => this.hear(event);

    renderedCallback() {
        if (this.toolkit) return;
        this.toolkit = this.refs.toolkit;
        Object.keys(STATES).forEach((type) => this.toolkit.addEventListener(type, this.listener));
    }

    disconnectedCallback() {
        Object.keys(STATES).forEach((type) => this.toolkit?.removeEventListener(type, this.listener));
        this.toolkit = undefined;
    }

    hear({ type, detail }) {
        this.call = { id: detail?.callId ?? null, record: this.recordId ?? null, state: STATES[type] };
    }
}
