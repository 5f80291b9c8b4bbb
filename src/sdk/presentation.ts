/** What a user interface needs beside the runner itself: words, formats and types, nothing that works. */

export { describeFault } from '../engine/log/verifyStackLog.ts';
export type { PlannedResource } from '../engine/resources/planResources.ts';
export type { DriftDecision } from '../engine/run/RunPlan.ts';
export type { RunMessage } from '../engine/session/RunMessage.ts';
export { ExitStatus } from '../errors/ErrorSpec.ts';
export { nearest } from '../errors/nearest.ts';
export {
  describeError,
  type ErrorDescription,
  SlothError,
  toSlothError,
} from '../errors/SlothError.ts';
export { appendAll } from '../model/appendAll.ts';
export { bytesToText } from '../model/bytes.ts';
export { withheldVariables } from '../model/childEnvironment.ts';
export { counted } from '../model/counted.ts';
export { formatDuration, parseDuration } from '../model/duration.ts';
export type { TaskStatus } from '../model/entry.ts';
export { InexactNumber, parseExactJson } from '../model/exactJson.ts';
export { type Failure, sentenceOf } from '../model/failure.ts';
export { formatTime } from '../model/formatTime.ts';
export { reversed } from '../model/graph.ts';
export type { StackStatus } from '../model/head.ts';
export type { JsonValue } from '../model/json.ts';
export type { LockCondition } from '../model/lock.ts';
export { formatSize } from '../model/size.ts';
export type { GraphStatistics } from '../services/deps/graphStatistics.ts';
export { isFault } from '../services/deps/isFault.ts';
export { namesOf } from '../services/deps/StackGraph.ts';
export type { CheckResult, ValidationReport } from '../services/validation/ValidationReport.ts';
export type { ShownSetBack } from './operations/shown/backup.ts';
export type { ShownEvent } from './operations/shown/event.ts';
export type { ShownClockStep } from './operations/shown/execution.ts';
export type { ShownLock, ShownLockStatus } from './operations/shown/lock.ts';
export type { ShownSnapshot } from './operations/shown/snapshot.ts';
export type { ShownResource, ShownStack } from './operations/shown/stack.ts';
export type { ShownValue } from './operations/shown/value.ts';
export { pictureFormats } from './pictures/PictureOptions.ts';
export { conditionOf } from './pictures/statusColors.ts';
export { isGoodEnd } from './up/isGoodEnd.ts';
