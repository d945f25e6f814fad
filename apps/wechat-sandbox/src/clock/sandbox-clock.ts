export interface ClockState {
  /** Sandbox time in Unix ms at the moment `wallMs`. */
  readonly simMs: number;
  readonly wallMs: number;
  /** Sandbox seconds per real second; 0 freezes the clock. */
  readonly speed: number;
}

/** The only source of "now" for everything WeChat-like: expiries, calendar days, quotas, event times. */
export class SandboxClock {
  private state: ClockState;
  private readonly listeners: (() => void)[] = [];

  constructor(private readonly wall: () => number = Date.now) {
    const now = wall();
    this.state = { simMs: now, wallMs: now, speed: 1 };
  }

  /** Unix ms, whole. */
  now(): number {
    const { simMs, wallMs, speed } = this.state;
    return Math.floor(simMs + (this.wall() - wallMs) * speed);
  }

  /** Unix seconds, as WeChat writes CreateTime and auth_time. */
  seconds(): number {
    return Math.floor(this.now() / 1000);
  }

  get speed(): number {
    return this.state.speed;
  }

  /** `nowMs` in Unix ms. Listeners run at once, so that what a jump makes due happens now. */
  set(change: { nowMs?: number; speed?: number }): void {
    this.restore({
      simMs: change.nowMs ?? this.now(),
      wallMs: this.wall(),
      speed: change.speed ?? this.state.speed,
    });
    for (const listener of this.listeners) listener();
  }

  onSet(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** A stopped sandbox keeps its offset: after a restart its time went on as if it had been running. */
  save(): ClockState {
    return this.state;
  }

  restore(state: ClockState): void {
    this.state = state;
  }
}
