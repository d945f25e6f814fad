const nothing = (): void => undefined;

/** Lets every second push of a key overtake the one before it. */
export class HoldBack {
  private readonly held = new Map<string, () => void>();

  /**
   * Waits for this push's turn. The first waits until another has overtaken it, for `maxMs`, or to the end of the
   * process; the second goes at once. The answer is to be called when the push was tried.
   */
  async turn(key: string, maxMs: number, end: AbortSignal): Promise<() => void> {
    const release = this.held.get(key);
    this.held.delete(key);
    if (release !== undefined) return release;
    await this.wait(key, maxMs, end);
    return nothing;
  }

  isHeld(key: string): boolean {
    return this.held.has(key);
  }

  private wait(key: string, maxMs: number, end: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const go = (): void => {
        clearTimeout(timer);
        end.removeEventListener('abort', go);
        if (this.held.get(key) === go) this.held.delete(key);
        resolve();
      };
      const timer = setTimeout(go, maxMs);
      timer.unref();
      end.addEventListener('abort', go, { once: true });
      this.held.set(key, go);
    });
  }
}
