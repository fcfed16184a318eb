import type { DialFrom, LiveCall } from '../lib/api/contract';
import { headline } from './headline';
import { onlyPerson } from './party';

/** A call that ended because its page was reloaded or left. */
export type CutOffCall = { agent: string; who: string; number: string | null; from: DialFrom; at: number };

const PLACE = 'bitacora.phone.cut-off';

/**
 * A phone in the browser goes with its page. What went with it is noted for the page that comes after it in the same
 * window. A frame may have no storage: there the wrap-up alone tells of the call.
 */
export class CutOff {
  call = $state.raw<CutOffCall | null>(null);

  note(live: LiveCall, agent: string, at: number): void {
    const person = onlyPerson(live.match);
    const from: DialFrom = person ? { from: 'person', person: person.id } : { from: 'typed' };
    const number = live.call.number_kind === 'number' || live.call.number_kind === 'internal' ? live.call.number : null;
    const noted: CutOffCall = { agent, who: headline(live.call, live.match), number, from, at };
    try {
      sessionStorage.setItem(PLACE, JSON.stringify(noted));
    } catch {
      // Nothing to note it in.
    }
  }

  /** Reads what the page before noted, once. */
  read(agent: string): void {
    try {
      const text = sessionStorage.getItem(PLACE);
      sessionStorage.removeItem(PLACE);
      const noted = text === null ? null : (JSON.parse(text) as CutOffCall);
      // Somebody else may sit at this window now.
      if (noted?.agent === agent) this.call = noted;
    } catch {
      // There is nothing to read it from.
    }
  }

  forget(): void {
    this.call = null;
  }
}
