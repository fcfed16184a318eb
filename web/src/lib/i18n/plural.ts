/** Says how many of something, with the word in its number: “1 record”, “1,204 records”. */
export function counter(language: string): (n: number, one: string, other: string) => string {
  const plural = new Intl.PluralRules(language);
  const number = new Intl.NumberFormat(language);
  return (n, one, other) => `${number.format(n)} ${plural.select(n) === 'one' ? one : other}`;
}
