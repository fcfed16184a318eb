import type { MessageLine } from '../api/messages';
import { ago, whenShort } from '../i18n/format';
import { language } from '../i18n/language.svelte';

/** Whom a message is from: the record, else the number, else why there is none. */
export function caller({ party, call }: MessageLine): string {
  return party?.name ?? call.number_display ?? call.number ?? language.t.call.numberKinds[call.number_kind];
}

/** Who has it or was done with it, and how; nothing where nobody has. */
export function standing(line: MessageLine, now: number): string | null {
  const { messages: words } = language.t;
  if (line.by === null || line.at === null) return null;
  if (line.state === 'taken') return line.theirs ? words.yours(ago(line.at, now)) : words.takenBy(line.by.name, ago(line.at, now));
  return words.doneBy(line.by.name, ago(line.at, now));
}

/** What happened with the caller since: so that nobody calls them twice. */
export function since(line: MessageLine, now: number): string | null {
  const { messages: words } = language.t;
  const { spoke, called_back: back } = line;
  if (spoke !== null) {
    const agent = spoke.agent_name ?? spoke.agent ?? words.somebody;
    const at = whenShort(spoke.at, now);
    return spoke.direction === 'inbound' ? words.calledAgain(at, agent) : words.wasCalled(at, agent);
  }
  if (back === null || line.state === 'done') return null;
  const at = whenShort(back.at, now);
  if (back.reached === null) return words.callingBack(back.by.name, at);
  return back.reached ? words.reachedBy(back.by.name, at) : words.notReachedBy(back.by.name, at);
}
