/**
 * The text of a file that a person picked. A spreadsheet saves CSV in UTF-8, or in Western Europe in the code page of
 * Windows: bytes that are no UTF-8 are taken for that, as reading them as UTF-8 all the same would turn each accent into a
 * replacement character and so rename whatever has one. A byte order mark is no part of the text.
 */
export async function fileText(file: Blob): Promise<string> {
  const bytes = await file.arrayBuffer();
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
