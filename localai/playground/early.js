// Before the first paint: the colours that were chosen, so that nobody sees the others flash (the
// toggle is in main.js), and the modules of the first page, so that they come all at once.
try {
  const kept = localStorage.getItem("localai.theme");
  if (kept === "dark" || kept === "light") document.documentElement.dataset.theme = kept;
} catch {
  // A browser that keeps nothing: the colours are the system's.
}
const first = location.hash === "#sql" ? "sql chart grid highlight sql_editor sql_history sql_schema"
  : "workbench bench chat answers generate inputs markdown models parameters prompt store talks tools";
for (const name of `api dom boxes dialog ${first}`.split(" ")) {
  const link = document.createElement("link");
  link.rel = "modulepreload";
  link.href = `/playground/${name}.js`;
  document.head.append(link);
}
