import { permissionSetName } from './permission-sets';

describe('permissionSetName', () => {
  it('names set 2 in both languages', () => {
    expect(permissionSetName(2)).toEqual({ en: 'user management', zh: '用户管理' });
  });

  it('calls a set nobody documented by its number', () => {
    expect(permissionSetName(60_001)).toEqual({ en: 'permission set 60001', zh: '权限集 60001' });
  });

  it('has a name of its own for every set of the list', () => {
    const names = Array.from({ length: 200 }, (_, id) => permissionSetName(id));
    const known = names.filter(({ en }) => !en.startsWith('permission set'));
    expect(known.length).toBe(42);
    expect(new Set(known.map(({ zh }) => zh)).size).toBe(known.length);
  });
});
