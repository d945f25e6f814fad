export { endAct, endingOf } from './act-ending';
export { AccessAgain } from './access-again';
export { AccessModule } from './access.module';
export { AuditedRead } from './audited';
export { clientOf } from './client-of';
export { deviceCookie, sessionCookie } from './cookies';
export { accessOf, CurrentPrincipal, CurrentReach } from './request-access';
export { routesOf, RouteTable } from './route-table';
export { Public, Requires } from './rule';
