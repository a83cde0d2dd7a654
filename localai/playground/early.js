// Before the first paint: the colours that were chosen, so that nobody sees the others flash (the
// toggle is in main.js), and the modules of the first page, so that they come all at once.
try {
  const kept = localStorage.getItem("localai.theme");
  if (kept === "dark" || kept === "light") document.documentElement.dataset.theme = kept;
} catch {
  // A browser that keeps nothing: the colours are the system's.
}
if (location.hash !== "#sql") {
  for (const name of "workbench bench boxes chat answers generate inputs markdown models dialog parameters prompt store talks tools".split(" ")) {
    const link = document.createElement("link");
    link.rel = "modulepreload";
    link.href = `/playground/${name}.js`;
    document.head.append(link);
  }
}
