import { applyDecorators } from '@nestjs/common';
import { ApiBearerAuth, ApiCookieAuth, ApiExtension } from '@nestjs/swagger';
import { isKeyScope, type Action } from '@app/tenants';

/** Who may call a route: anybody, or whoever has a role that allows the action. */
export type Rule = { readonly public: true } | { readonly public: false; readonly action: Action };

const RULES = Symbol('rules');

/** The caller must be logged in and have a role for this action; `@CurrentReach()` is where they have it. */
export function Requires(action: Action): MethodDecorator {
  return applyDecorators(
    declare({ public: false, action }),
    ApiCookieAuth(),
    ...(isKeyScope(action) ? [ApiBearerAuth()] : []),
    ApiExtension('x-action', action),
  );
}

/** Anybody may call: the handler itself checks what there is to check. */
export function Public(): MethodDecorator {
  return declare({ public: true });
}

/** All rules a handler declares; more or fewer than one is a mistake that boot reports. */
export function rulesOf(handler: object): readonly Rule[] {
  return (Reflect.getMetadata(RULES, handler) as readonly Rule[] | undefined) ?? [];
}

function declare(rule: Rule): MethodDecorator {
  return (_target, _name, descriptor) => {
    const handler = descriptor.value as object;
    Reflect.defineMetadata(RULES, [...rulesOf(handler), rule], handler);
  };
}
