/** `45 s`, `12 min`, `3.5 h`, `2.1 days`: an estimate knows no more. */
export function aboutTime(seconds: number): string {
  if (seconds < 90) return `${Math.max(Math.round(seconds), 1)} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  const hours = seconds / 3600;
  return hours < 48 ? `${short(hours)} h` : `${short(hours / 24)} days`;
}

function short(value: number): string {
  return value < 10 ? String(Number(value.toFixed(1))) : Math.round(value).toLocaleString('en-US');
}
