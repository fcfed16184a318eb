import { errorFrom } from './errors';
import { wordHidden } from './hidden';

/** Lines of JSON: some that say how far it is, and the answer or the error as the last. */
export const LINES_TYPE = 'application/x-ndjson';

type Line = { progress?: number; error?: unknown };

/** The last line; those before it are told as they come. */
export async function lastLine<T>(response: Response, tell: (share: number) => void): Promise<T> {
  if (!response.headers.get('Content-Type')?.startsWith(LINES_TYPE) || response.body === null) return wordHidden<T>(await response.json());
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    const lines = (rest + (value ?? '')).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) {
      const line = JSON.parse(text) as Line;
      if (line.error !== undefined) throw errorFrom(500, line);
      if (line.progress === undefined) return wordHidden(line as T);
      tell(line.progress);
    }
    // Whoever breaks off has not answered.
    if (done) throw errorFrom(503, null);
  }
}
