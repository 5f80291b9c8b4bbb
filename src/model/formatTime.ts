/** A time as people read it: local, `2025-10-10 14:41:31`. */
export function formatTime(epochMilliseconds: number): string {
  const at = new Date(epochMilliseconds);
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}
