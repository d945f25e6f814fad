export { AccessModule } from './access.module';
export { CurrentPrincipal, CurrentReach } from './request-access';
export { RouteTable, type RouteEntry } from './route-table';
export { Public, Requires, type Rule } from './rule';
export { clearSessionCookie, readSessionCookie, setSessionCookie } from './session-cookie';
