/** Keeps the screen on while something runs that a dark screen would end; where the browser can. */

/** Until the returned function is called. A lock is lost when the tab is hidden, and asked for again when it is seen. */
export function keepAwake(): () => void {
  let lock: WakeLockSentinel | null = null;
  let over = false;

  async function ask(): Promise<void> {
    if (over || document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
    try {
      const given = await navigator.wakeLock.request("screen");
      if (over) await given.release();
      else lock = given;
    } catch {
      lock = null; // a low battery is a reason to refuse, and none to say anything
    }
  }

  const again = () => void ask();
  document.addEventListener("visibilitychange", again);
  again();
  return () => {
    over = true;
    document.removeEventListener("visibilitychange", again);
    void lock?.release();
  };
}
