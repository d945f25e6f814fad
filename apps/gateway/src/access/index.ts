export { AccessAgain } from './access-again';
export { AccessModule } from './access.module';
export { AuditedRead } from './audited';
export { CurrentPrincipal, CurrentReach } from './request-access';
export { RouteTable } from './route-table';
export { Public, Requires } from './rule';
export { clearSessionCookie, readSessionCookie, setSessionCookie } from './session-cookie';
