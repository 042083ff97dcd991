// Questions that may find nobody: a kernel is busy, or another one than before.

const ANSWER_MS = 8_000;

/** Asks, and says when nothing has been heard for a while since. */
export function patient(ask: (request: unknown) => void, late: () => void) {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const heard = (): void => clearTimeout(waiting);
  return {
    heard,
    ask(request: unknown): void {
      heard();
      waiting = setTimeout(late, ANSWER_MS);
      ask(request);
    },
  };
}
