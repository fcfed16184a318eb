/** Whoever dials somebody who asked not to be called is asked first; one question at a time, and the last one counts. */
export class DoNotCallQuestion {
  asked = $state.raw<{ number: string; answer: (dials: boolean) => void } | null>(null);

  /** Whether the number is dialled all the same. */
  ask(number: string): Promise<boolean> {
    this.asked?.answer(false);
    return new Promise((resolve) => {
      this.asked = {
        number,
        answer: (dials) => {
          this.asked = null;
          resolve(dials);
        },
      };
    });
  }
}
