import { SetMetadata } from '@nestjs/common';

const AUDITED_READ = Symbol('audited-read');

/** A GET that tells what people want to know who read it; whatever changes something is audited anyway. */
export function AuditedRead(): MethodDecorator {
  return SetMetadata(AUDITED_READ, true);
}

export function isAuditedRead(handler: object): boolean {
  return Reflect.getMetadata(AUDITED_READ, handler) === true;
}
