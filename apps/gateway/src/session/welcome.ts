import { type LoggedIn } from '@app/tenants';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { deviceCookie, sessionCookie } from '../access';
import { sessionDto, type SessionDto } from './session.dto';

/** Gives the browser the cookies of a session that was just opened. */
export function welcome(request: FastifyRequest, reply: FastifyReply, opened: LoggedIn): SessionDto {
  sessionCookie.set(request, reply, opened.token);
  deviceCookie.set(request, reply, opened.device);
  return sessionDto(opened.principal);
}
