/**
 * What the list shows of a call: words, an icon, and a bar whose length is how long people talked. Nothing here reads
 * or keeps anything.
 */

import ABANDONED from '@salesforce/label/c.Bitacora_Abandoned';
import ANSWERED from '@salesforce/label/c.Bitacora_Answered';
import CALLER_UNKNOWN from '@salesforce/label/c.Bitacora_Caller_Unknown';
import DURATION from '@salesforce/label/c.Bitacora_Duration';
import INTERNAL from '@salesforce/label/c.Bitacora_Internal';
import MISSED from '@salesforce/label/c.Bitacora_Missed';
import NOT_LOGGED from '@salesforce/label/c.Bitacora_Not_Logged';
import OUTBOUND from '@salesforce/label/c.Bitacora_Outbound';
import UNDISPOSITIONED from '@salesforce/label/c.Bitacora_Undispositioned';
import UNREACHED from '@salesforce/label/c.Bitacora_Unreached';
import VOICEMAIL from '@salesforce/label/c.Bitacora_Voicemail';
import WAIT from '@salesforce/label/c.Bitacora_Wait';

/** By the server's types of call: what became of it, and an icon of the design system. */
const TYPES = {
    inbound: { label: ANSWERED, icon: 'utility:incoming_call' },
    outbound: { label: OUTBOUND, icon: 'utility:outbound_call' },
    outbound_missed: { label: UNREACHED, icon: 'utility:outbound_call' },
    voicemail: { label: VOICEMAIL, icon: 'utility:voicemail_drop' },
    short_abandoned: { label: ABANDONED, icon: 'utility:end_call' },
    abandoned: { label: ABANDONED, icon: 'utility:end_call' },
    missed: { label: MISSED, icon: 'utility:end_call' },
    internal: { label: INTERNAL, icon: 'utility:people' }
};

/** What stands where a disposition would, by outcome; a call that nobody had to sum up needs no word for it. */
const WITHOUT_DISPOSITION = { not_logged: NOT_LOGGED, undispositioned: UNDISPOSITIONED };

/** The longest call fills the bar; a call that was talked in at all shows something. */
const LEAST_BAR_PERCENT = 2;

/**
 * Seconds as people read a clock: `0:07`, `12:40`, `1:05:09`.
 * @param {number} seconds from 0 on
 */
export function clock(seconds) {
    const whole = Math.max(0, Math.round(seconds));
    const hours = Math.floor(whole / 3600);
    const minutes = Math.floor((whole % 3600) / 60);
    const padded = (part) => String(part).padStart(2, '0');
    const tail = `${hours ? padded(minutes) : minutes}:${padded(whole % 60)}`;
    return hours ? `${hours}:${tail}` : tail;
}

/**
 * Calls as the list shows them.
 * @param {object[]} calls records of Call_Activity__c, in the order to show
 */
export function lines(calls) {
    const longest = Math.max(...calls.map(talked), 1);
    return calls.map((call) => line(call, longest));
}

function line(call, longest) {
    const type = TYPES[call.Call_Type__c] ?? { label: call.Call_Type__c ?? '', icon: 'utility:call' };
    const seconds = talked(call);
    const waited = call.Wait_Seconds__c ?? 0;
    return {
        id: call.Id,
        name: call.Name,
        icon: type.icon,
        type: type.label,
        startedAt: call.Started_At__c,
        number: call.Customer_Number__c ?? CALLER_UNKNOWN,
        who: [call.Agent_Name__c, call.Ring_Group__c].filter(Boolean).join(' · '),
        disposition: call.Disposition__c,
        undisposed: call.Disposition__c ? undefined : WITHOUT_DISPOSITION[call.Outcome__c],
        notes: call.Notes__c,
        recording: call.Recording_Url__c,
        talk: seconds > 0 ? clock(seconds) : undefined,
        talkTitle: DURATION.replace('{0}', clock(seconds)),
        wait: seconds === 0 && waited > 0 ? WAIT.replace('{0}', clock(waited)) : undefined,
        bar: `width: ${Math.max(LEAST_BAR_PERCENT, Math.round((100 * seconds) / longest))}%`
    };
}

function talked(call) {
    return call.Talk_Seconds__c ?? 0;
}
