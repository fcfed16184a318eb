/** So long an id of a reason may be, of `a-z0-9_`. */
const ID_MAX = 40;
const NAMELESS = 'reason';

/** An id made of a reason's words that none of `taken` is. */
export function freshId(words: string, taken: ReadonlySet<string>): string {
  const plain = words.normalize('NFD').replace(/\p{Diacritic}/gu, '').toLowerCase();
  const base = plain.replace(/[^a-z0-9]+/g, '_').replace(/^_+|_+$/g, '').slice(0, ID_MAX).replace(/_+$/, '') || NAMELESS;
  let made = base;
  for (let n = 2; taken.has(made); n += 1) {
    const suffix = `_${n}`;
    made = `${base.slice(0, ID_MAX - suffix.length)}${suffix}`;
  }
  return made;
}
