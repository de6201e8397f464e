#include "terse/report/page.h"

#include <fmt/core.h>

#include <vector>

#include "terse/report/assets.h"
#include "terse/report/cells.h"
#include "terse/report/figures.h"
#include "terse/report/tables.h"
#include "terse/stats/verdict_text.h"
#include "terse/text/ascii.h"

namespace terse::report {
namespace {

// In a data: address: everything but letters, digits and a few marks as %XX.
std::string address_text(std::string_view text) {
  std::string escaped;
  for (const char character : text) {
    const bool plain = text::is_letter(character) || text::is_digit(character) ||
                       character == '-' || character == '.' || character == '_' || character == ',';
    if (plain)
      escaped += character;
    else
      escaped += fmt::format("%{:02X}", static_cast<unsigned char>(character));
  }
  return escaped;
}

// JSON inside <script>: no "<" means no "</script>" and no "<!--".
std::string script_json(std::string_view json) {
  std::string escaped;
  for (const char character : json) {
    if (character == '<')
      escaped += "\\u003c";
    else
      escaped += character;
  }
  return escaped;
}

std::string figure_html(const Figure& figure, std::size_t number) {
  return fmt::format(
      "<figure><div class=\"chart\" role=\"img\" aria-label=\"{}\" data-spec=\"spec-{}\" "
      "data-name=\"{}\"></div>\n<script type=\"application/json\" id=\"spec-{}\">{}</script>\n"
      "<figcaption>{}</figcaption></figure>\n",
      html_text(figure.alt), number, figure.name, number, script_json(figure.spec),
      html_text(figure.caption));
}

std::string header_html(const study::Summary& summary) {
  const auto names = data_names(summary);
  return fmt::format(
      "<header><h1>How few bits are enough?</h1>\n<p class=\"quiet\">A study of {} data {} over {} "
      "{}, by Terse {}. Loss is that of the task on held-out rows; lower is better.</p>\n"
      "<a class=\"download\" download=\"study.csv\" href=\"data:text/csv;charset=utf-8,{}\">"
      "Download all results (CSV)</a></header>\n",
      names.size(), names.size() == 1 ? "set" : "sets", summary.splits,
      summary.splits == 1 ? "split" : "splits", html_text(summary.version),
      address_text(csv(summary)));
}

std::string tipping_cells(const std::optional<unsigned>& bits, double compression) {
  if (!bits) return "<td class=\"number quiet\">none</td><td class=\"number\"></td>";
  return fmt::format("<td class=\"number\">{}</td><td class=\"number\">{:.1f}×</td>", *bits,
                     compression);
}

std::string tipping_html(const study::Summary& summary) {
  if (summary.tipping_points.empty()) return "";
  std::string text =
      "<section><h2>Fewest bits as good as full precision</h2>\n<p class=\"quiet\">Shown: with "
      "95% certainty, over the same splits and for all widths together, the mean loss is at most ";
  text += fmt::format(
      "{:.4g}% above full precision. Intervals overlap: the paper's rule, which holds more easily "
      "the fewer splits there are.</p>\n<div class=\"scroll\"><table><thead><tr>"
      "<th scope=\"col\">data</th><th scope=\"col\">method</th>"
      "<th scope=\"col\" class=\"number\">bits, shown</th>"
      "<th scope=\"col\" class=\"number\">compression</th>"
      "<th scope=\"col\" class=\"number\">bits, intervals overlap</th>"
      "<th scope=\"col\" class=\"number\">compression</th></tr></thead>\n<tbody>",
      100 * summary.margin);
  for (const study::TippingPoint& point : summary.tipping_points) {
    text += fmt::format("<tr><td class=\"name\">{}</td><td>{}</td>{}{}</tr>\n",
                        html_text(point.data), html_text(point.method),
                        tipping_cells(point.bits_shown, point.compression_shown),
                        tipping_cells(point.bits_overlap, point.compression_overlap));
  }
  return text + "</tbody></table></div></section>\n";
}

std::string comparison_text(const study::Comparison* comparison) {
  if (!comparison) return "";
  const stats::Comparison& evidence = comparison->evidence;
  return fmt::format("<span{} title=\"{}\">{}</span>",
                     stats::as_good(evidence.verdict) ? " class=\"good\"" : "",
                     html_text(stats::verdict_text(evidence)), stats::name(evidence.verdict));
}

std::string result_table(const study::Summary& summary, const std::string& data) {
  std::string text =
      "<div class=\"scroll\"><table><caption>Mean loss with half of its 95% interval "
      "(classification: "
      "accuracy), against full precision.</caption><thead><tr><th scope=\"col\">method</th>"
      "<th scope=\"col\" class=\"number\">bits</th>"
      "<th scope=\"col\" class=\"number\">payload, bytes</th>"
      "<th scope=\"col\" class=\"number\">compression</th>"
      "<th scope=\"col\" class=\"number\">loss</th>"
      "<th scope=\"col\" class=\"number\">ratio</th><th scope=\"col\">verdict</th>"
      "</tr></thead>\n<tbody>";
  for (const study::Cell& cell : summary.cells) {
    if (cell.data != data) continue;
    const study::Comparison* against = find_comparison(summary, cell);
    text += fmt::format(
        "<tr><td>{}</td><td class=\"number\">{}</td><td class=\"number\">{:.4g}</td>"
        "<td class=\"number\">{:.1f}×</td><td class=\"number\">{}</td><td class=\"number\">{}</td>"
        "<td>{}</td></tr>\n",
        html_text(cell.method), cell.bits == 0 ? "" : fmt::format("{}", cell.bits),
        cell.payload_bytes, cell.compression, cell_text(cell),
        against ? fmt::format("{:.3f}", against->loss_ratio) : "", comparison_text(against));
  }
  return text + "</tbody></table></div>\n";
}

std::string settings_html(const study::Summary& summary) {
  std::string text = fmt::format(
      "<section><h2>Settings and seeds</h2>\n<dl><dt>command</dt><dd><code>{}</code></dd>"
      "<dt>seed</dt><dd>{} (split s has seed {} + s)</dd><dt>splits</dt><dd>{}</dd>"
      "<dt>hardware</dt><dd>{}</dd><dt>version</dt><dd>{}</dd></dl>\n",
      html_text(summary.command), summary.seed, summary.seed, summary.splits,
      html_text(summary.hardware), html_text(summary.version));
  for (const std::string& note : summary.notes) text += "<p>Note: " + html_text(note) + "</p>\n";
  text +=
      "<details><summary>Chosen settings and training time of every cell</summary>"
      "<div class=\"scroll\"><table><thead><tr><th scope=\"col\">data</th>"
      "<th scope=\"col\">method</th><th scope=\"col\" class=\"number\">bits</th>"
      "<th scope=\"col\" class=\"number\">seconds</th><th scope=\"col\">settings</th></tr>"
      "</thead>\n<tbody>";
  for (const study::Cell& cell : summary.cells) {
    std::string settings;
    for (const auto& [name, value] : cell.settings) {
      settings += fmt::format("{}{} {}", settings.empty() ? "" : ", ", name, value);
    }
    text += fmt::format(
        "<tr><td class=\"name\">{}</td><td>{}</td><td class=\"number\">{}</td>"
        "<td class=\"number\">{:.1f}</td><td>{}</td></tr>\n",
        html_text(cell.data), html_text(cell.method),
        cell.bits == 0 ? "" : fmt::format("{}", cell.bits), cell.train_seconds_mean,
        html_text(settings));
  }
  return text + "</tbody></table></div></details></section>\n";
}

class FigureWriter {
 public:
  explicit FigureWriter(const study::Summary& summary)
      : figures_(figures(summary)), charts_(!assets::vega().empty()) {}

  bool charts() const { return charts_; }

  std::string of(Figure::Kind kind, const std::string& data) {
    std::string text;
    if (!charts_) return text;
    for (const Figure& figure : figures_) {
      if (figure.kind == kind && figure.data == data) text += figure_html(figure, ++number_);
    }
    return text;
  }

 private:
  std::vector<Figure> figures_;
  bool charts_;
  std::size_t number_ = 0;
};

std::string data_html(const study::Summary& summary, const std::string& data,
                      FigureWriter& writer) {
  std::string text = fmt::format("<section><h2>{}</h2>\n", html_text(data));
  text += writer.of(Figure::Kind::loss, data) + result_table(summary, data) +
          writer.of(Figure::Kind::pareto, data) + writer.of(Figure::Kind::splits, data);
  const std::string thresholds = writer.of(Figure::Kind::thresholds, data);
  if (!thresholds.empty()) {
    text += "<details><summary>Thresholds over the histogram of every feature</summary>\n" +
            thresholds + "</details>\n";
  }
  return text + "</section>\n";
}

std::string charts_html() {
  std::string text;
  for (const std::string_view script :
       {assets::vega(), assets::vega_lite(), assets::vega_embed(), assets::page_script()}) {
    text += fmt::format("<script>{}</script>\n", script);
  }
  return text;
}

std::string licence_html() {
  return fmt::format(
      "<footer><details><summary>Licences</summary><p>The figures are drawn by Vega, Vega-Lite and "
      "vega-embed, which are part of this page:</p><pre>{}</pre></details></footer>\n",
      html_text(assets::licence()));
}

}  // namespace

std::string html_text(std::string_view text) {
  std::string escaped;
  for (const char character : text) {
    switch (character) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += character;
    }
  }
  return escaped;
}

std::string html(const study::Summary& summary) {
  FigureWriter writer(summary);
  std::string page = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
      "script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<link rel=\"icon\" href=\"data:,\">\n"
      "<title>Terse study</title>\n<style>{}</style></head>\n<body><main>\n",
      assets::page_style());
  page += header_html(summary) + tipping_html(summary);
  if (!writer.charts()) {
    page += "<p>This build of Terse draws no figures (TERSE_REPORT_CHARTS is off).</p>\n";
  }
  for (const std::string& data : data_names(summary)) page += data_html(summary, data, writer);
  const std::string schedules = writer.of(Figure::Kind::schedules, "");
  if (!schedules.empty()) {
    page += "<section><h2>Temperature schedules</h2>\n" + schedules + "</section>\n";
  }
  page += settings_html(summary);
  if (writer.charts()) page += licence_html() + charts_html();
  return page + "</main></body></html>\n";
}

}  // namespace terse::report
