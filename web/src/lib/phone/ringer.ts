/** Two soft notes, the second a fourth above: heard in an office without startling it. */
const NOTES_HZ = [587.33, 783.99] as const;
const NOTE_S = 0.18;
const PEAK_GAIN = 0.12;
const EVERY_MS = 3000;
/** How long a browser may take to let a page sound, where it does. */
const ALLOWED_WITHIN_MS = 150;

/** A ringing tone made here, so that there is no sound file to ship. */
export class Ringer {
  #audio: AudioContext | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Browsers let a page sound only after a gesture; answers whether this one does now. */
  async allow(): Promise<boolean> {
    this.#audio ??= new AudioContext();
    // Without a gesture this is not refused, it only never ends.
    void this.#audio.resume();
    await new Promise((soon) => setTimeout(soon, ALLOWED_WITHIN_MS));
    return this.#audio.state === 'running';
  }

  /** Where it is heard; null: where the browser sounds otherwise. Browsers that cannot choose stay with that. */
  async useDevice(id: string | null): Promise<void> {
    const audio = this.#audio as (AudioContext & { setSinkId?: (id: string) => Promise<void> }) | null;
    await audio?.setSinkId?.(id ?? '').catch(() => {});
  }

  start(): void {
    if (this.#timer !== undefined || !this.#audio) return;
    this.#chime();
    this.#timer = setInterval(() => this.#chime(), EVERY_MS);
  }

  /** The two notes, and then nothing. */
  once(): void {
    this.#chime();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #chime(): void {
    const audio = this.#audio;
    if (!audio) return;
    for (const [index, hertz] of NOTES_HZ.entries()) {
      const start = audio.currentTime + index * NOTE_S;
      const gain = audio.createGain();
      const tone = audio.createOscillator();
      tone.frequency.value = hertz;
      gain.gain.setValueAtTime(0, start);
      gain.gain.linearRampToValueAtTime(PEAK_GAIN, start + 0.02);
      gain.gain.exponentialRampToValueAtTime(0.001, start + NOTE_S * 2);
      tone.connect(gain).connect(audio.destination);
      tone.start(start);
      tone.stop(start + NOTE_S * 2);
    }
  }
}
