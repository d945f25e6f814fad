import { readConfig } from './sandbox-config';

describe('configuration', () => {
  it('has defaults', () => {
    expect(readConfig({})).toEqual({
      port: 3900,
      host: '127.0.0.1',
      stateFile: null,
      ticketSeconds: 600,
      allowRemote: false,
      parentWatch: false,
    });
  });

  it('names a bad setting without its value', () => {
    expect(() => readConfig({ SANDBOX_PORT: 'abc' })).toThrow('SANDBOX_PORT must be a whole number of at least 0');
    expect(() => readConfig({ SANDBOX_PORT: '70000' })).toThrow('SANDBOX_PORT');
    expect(() => readConfig({ SANDBOX_TICKET_SECONDS: '0' })).toThrow('SANDBOX_TICKET_SECONDS');
  });
});
