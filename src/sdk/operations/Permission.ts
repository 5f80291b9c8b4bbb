/** What somebody must be allowed for an operation; `act_for` is to do it in another's name. */
export type Permission =
  | 'read'
  | 'run'
  | 'write'
  | 'lock'
  | 'break_lock'
  | 'act_for'
  | 'reveal'
  | 'admin';
