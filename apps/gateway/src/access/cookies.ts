import { DEVICE_MS, SESSION_MS } from '@app/tenants';
import { OwnCookie } from './own-cookie';

export const sessionCookie = new OwnCookie('wpg_session', SESSION_MS);
/** Stays after logout: it opens nothing, and tells a browser that logged in before from strangers. */
export const deviceCookie = new OwnCookie('wpg_device', DEVICE_MS);
