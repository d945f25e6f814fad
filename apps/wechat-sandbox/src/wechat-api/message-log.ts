interface SentMessage {
  readonly component_appid: string;
  readonly appid: string;
  readonly touser: string;
  readonly content: string;
}

const KEPT = 2000;

/** The newest messages accounts sent to followers; `at` is real time. */
export class MessageLog {
  private messages: (SentMessage & { readonly at: string })[] = [];

  add(message: SentMessage): void {
    this.messages.push({ at: new Date().toISOString(), ...message });
    if (this.messages.length > KEPT) this.messages = this.messages.slice(-KEPT / 2);
  }

  list(appid?: string): (SentMessage & { readonly at: string })[] {
    return this.messages.filter((message) => appid === undefined || message.appid === appid);
  }

  clear(): void {
    this.messages = [];
  }
}
