/** Keeps the screen on while a page is shown, where the browser lets it; returns how to let it sleep again. */
export function keepAwake(): () => void {
  let lock: WakeLockSentinel | null = null;
  let over = false;
  const take = async (): Promise<void> => {
    if (document.hidden || over || !('wakeLock' in navigator)) return;
    try {
      lock = await navigator.wakeLock.request('screen');
      // What was let go of meanwhile is not kept.
      if (over) void lock.release();
    } catch {
      // A screen that may sleep is for whoever has set it up so.
    }
  };
  void take();
  // The browser lets go of it itself when the page is hidden.
  const seen = (): void => void take();
  document.addEventListener('visibilitychange', seen);
  return () => {
    over = true;
    document.removeEventListener('visibilitychange', seen);
    void lock?.release();
  };
}
