// Before the first paint, so that nobody sees the other colours flash. The toggle is in main.js.
try {
  const kept = localStorage.getItem("localai.theme");
  if (kept === "dark" || kept === "light") document.documentElement.dataset.theme = kept;
} catch {
  // A browser that keeps nothing: the colours are the system's.
}
