/** The names inside ids, for showing. */

import type { AliasPath, ApplicationId, ClusterId } from '../../../schemas/ids.ts';

export function namesOfApplication(id: ApplicationId): { tenant: string; name: string } {
  const slash = id.indexOf('/');
  return { tenant: id.slice(0, slash), name: id.slice(slash + 1) };
}

/** Network partition and alias path of a cluster instance; the ordinals of group instances are left out of the path. */
export function namesOfCluster(id: ClusterId): { networkPartition: string; cluster: string } {
  const [, , networkPartition = '', ...steps] = id.split('/');
  const groups = steps.slice(0, -1).map((step) => step.replace(/\.\d+$/, ''));
  return { networkPartition, cluster: [...groups, ...steps.slice(-1)].join('/') };
}

/** A hold is on a cluster instance, on a component of the application, or on all of it. */
export function namesOfSubject(subject: ClusterId | AliasPath | null, application: ApplicationId): { networkPartition: string | null; cluster: string | null } {
  if (subject === null) return { networkPartition: null, cluster: null };
  return subject.startsWith(`${application}/`) ? namesOfCluster(subject as ClusterId) : { networkPartition: null, cluster: subject };
}
