import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { type World } from '../world';
import { authorizeByControl, cancelByControl } from './authorization-acts';
import { setClock } from './control-routes';
import { ControlError } from './fields';
import { overviewPage } from './overview-page';
import { pushByControl } from './push-route';

type Form = URLSearchParams;

const readForm = (request: FastifyRequest): Form =>
  new URLSearchParams(typeof request.body === 'string' ? request.body : '');

/** "1,2,3" */
function readSets(text: string): number[] {
  const sets = text.split(/[,，\s]+/).filter((part) => part !== '');
  if (!sets.every((part) => /^\d+$/.test(part))) throw new ControlError(400, 'sets must be numbers with commas');
  return sets.map(Number);
}

/** The buttons of the overview page: the control routes once more, as forms. */
export function overviewRoutes(app: FastifyInstance, world: World): void {
  app.get('/sandbox', (_request, reply) => reply.redirect('/sandbox/'));
  app.get('/sandbox/', (request, reply) => {
    const { q = '', offset = '0' } = request.query as Record<string, string | undefined>;
    return reply.type('text/html; charset=utf-8').send(overviewPage(world, q, Number.parseInt(offset, 10) || 0));
  });
  const act = (name: string, run: (form: Form) => unknown): void => {
    app.post(`/sandbox/ui/${name}`, async (request, reply) => {
      await run(readForm(request));
      return reply.redirect('/sandbox/', 303);
    });
  };
  const text = (form: Form, name: string): string => form.get(name) ?? '';
  act('authorize', (form) =>
    authorizeByControl(
      world,
      text(form, 'appid'),
      { component_appid: text(form, 'component_appid'), sets: readSets(text(form, 'sets')) },
      'authorize',
    ),
  );
  act('revoke', (form) =>
    cancelByControl(world, text(form, 'appid'), { component_appid: text(form, 'component_appid') }),
  );
  for (const kind of ['ticket', 'start', 'stop']) {
    act(kind, (form) => pushByControl(world, { kind, component_appid: text(form, 'component_appid'), wait: false }));
  }
  act('clock', (form) => {
    const now = text(form, 'now').trim();
    setClock(world, { ...(now === '' ? {} : { now }), speed: Number(text(form, 'speed')) });
  });
}
