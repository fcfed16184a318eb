import type { Activity, DispositionSet, RingGroup } from '../../lib/api/contract';

/**
 * The sets whose codes a call may get, as far as they can be told here: of the ring group it came through, else of those
 * its agent is in, else those of its direction. Which number a call was shown from is not known here: of one that was
 * dialled all sets of its direction are offered, and the server says where a code is not one of them.
 */
export function setsFor({ call }: Activity, agent: string | null, sets: readonly DispositionSet[], groups: readonly RingGroup[]): DispositionSet[] {
  const mine = sets.filter((set) => !set.retired && set.direction === call.direction && set.codes.some((code) => !code.retired)).toSorted((a, b) => a.name.localeCompare(b.name));
  if (call.direction === 'outbound') return mine;
  const of = (keys: readonly string[]): DispositionSet[] => mine.filter((set) => set.ring_groups.some((key) => keys.includes(key)));
  const member = groups.filter((group) => group.agents.some(({ key }) => key === agent)).map(({ key }) => key);
  const steps = [of(call.ring_group === null ? [] : [call.ring_group]), of(member), mine.filter((set) => set.ring_groups.length === 0)];
  return steps.find((step) => step.length > 0) ?? [];
}
