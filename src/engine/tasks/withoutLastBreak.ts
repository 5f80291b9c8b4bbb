/** What a shell's command substitution would give. */
export function withoutLastBreak(text: string): string {
  return text.replace(/\n$/, '');
}
