import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { AppError } from '@app/kernel';
import { type Principal, type Reach } from '@app/tenants';
import { type FastifyRequest } from 'fastify';

interface Access {
  readonly principal: Principal;
  readonly reach: Reach;
}

const granted = new WeakMap<FastifyRequest, Access>();

export function grantAccess(request: FastifyRequest, access: Access): void {
  granted.set(request, access);
}

/** Null before the guard has let the request in, and on public routes. */
export function accessIfGranted(request: FastifyRequest): Access | null {
  return granted.get(request) ?? null;
}

/** Who calls, and where they may do what the route requires. */
export function accessOf(context: ExecutionContext): Access {
  const access = accessIfGranted(context.switchToHttp().getRequest<FastifyRequest>());
  if (!access) throw new AppError('bug', 'public_route_has_no_principal');
  return access;
}

/** Where the caller may do what the route requires; every query must be narrowed to it. */
export const CurrentReach = createParamDecorator((_: unknown, context): Reach => accessOf(context).reach);

/** Who calls. */
export const CurrentPrincipal = createParamDecorator((_: unknown, context): Principal => accessOf(context).principal);
