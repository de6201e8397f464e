#include "terse/report/tables.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "terse/report/cells.h"
#include "terse/stats/interval.h"
#include "terse/text/csv.h"

namespace terse::report {
namespace {

std::string settings_text(const study::Cell& cell) {
  std::string text;
  for (const auto& [name, value] : cell.settings) {
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", name, value);
  }
  return text;
}

// How one kind of table writes itself.
struct Style {
  std::string (*text)(std::string_view);
  std::string_view plus_minus, percent;
  std::string_view before, between, after;  // of a row
};

const Style markdown{markdown_text, " ± ", " %", "| ", " | ", " |\n"};
const Style latex{latex_text, " $\\pm$ ", "\\,\\%", "", " & ", " \\\\\n"};

std::string row(const Style& style, const std::vector<std::string>& fields) {
  std::string line(style.before);
  for (std::size_t f = 0; f < fields.size(); ++f) {
    if (f > 0) line += style.between;
    line += fields[f];
  }
  return line += style.after;
}

std::vector<std::string> loss_header(const study::Summary& summary, const std::string& data) {
  std::vector<std::string> fields{"method"};
  for (const unsigned bits : bit_widths(summary, data)) {
    fields.push_back(fmt::format("{} {}", bits, bits == 1 ? "bit" : "bits"));
  }
  if (fields.size() == 1) fields.emplace_back("loss");
  return fields;
}

// fp has one loss, whatever the bits: the first column shows it.
std::string loss_rows(const Style& style, const study::Summary& summary, const std::string& data) {
  std::string rows;
  const auto widths = bit_widths(summary, data);
  for (const std::string& method : method_names(summary, data)) {
    std::vector<std::string> fields{style.text(method)};
    const study::Cell* unquantized = find_cell(summary, data, method, 0);
    for (const unsigned bits : widths.empty() ? std::vector<unsigned>{0} : widths) {
      const study::Cell* cell = find_cell(summary, data, method, bits);
      if (!cell && fields.size() == 1) cell = unquantized;
      fields.push_back(cell ? cell_text(*cell, style.plus_minus, style.percent) : "");
    }
    rows += row(style, fields);
  }
  return rows;
}

std::string caption_of(const study::Summary& summary, const std::string& data) {
  const bool classes = std::ranges::any_of(summary.cells, [&](const study::Cell& cell) {
    return cell.data == data && std::isfinite(cell.accuracy);
  });
  return std::string(": mean loss and half of its 95\\% interval") +
         (classes ? " (accuracy)." : ".");
}

std::string tipping_rows(const Style& style, const study::Summary& summary) {
  std::string rows;
  for (const study::TippingPoint& point : summary.tipping_points) {
    const auto fields = [&](const std::optional<unsigned>& bits, double compression) {
      return bits ? std::pair{fmt::format("{}", *bits), fmt::format("{:.1f}", compression)}
                  : std::pair{std::string("none"), std::string()};
    };
    const auto shown = fields(point.bits_shown, point.compression_shown);
    const auto overlap = fields(point.bits_overlap, point.compression_overlap);
    rows += row(style, {style.text(point.data), style.text(point.method), shown.first, shown.second,
                        overlap.first, overlap.second});
  }
  return rows;
}

std::vector<std::string> tipping_header(const study::Summary& summary) {
  return {"data",
          "method",
          fmt::format("bits (shown within {:.4g} percent)", 100 * summary.margin),
          "compression",
          "bits (intervals overlap)",
          "compression"};
}

std::string markdown_table(const std::vector<std::string>& header, const std::string& rows) {
  std::string rule = "|";
  for (std::size_t f = 0; f < header.size(); ++f) rule += f < 1 ? "---|" : "--:|";
  return row(markdown, header) + rule + "\n" + rows + "\n";
}

std::string latex_table(const std::vector<std::string>& header, const std::string& rows,
                        const std::string& caption) {
  return fmt::format(
      "\\begin{{table}}\n\\centering\n\\caption{{{}}}\n\\begin{{tabular}}{{l{}}}\n\\toprule\n"
      "{}\\midrule\n{}\\bottomrule\n\\end{{tabular}}\n\\end{{table}}\n\n",
      caption, std::string(header.size() - 1, 'r'), row(latex, header), rows);
}

}  // namespace

std::string loss_text(const stats::Interval& loss, std::string_view plus_minus) {
  if (!std::isfinite(loss.mean)) return "–";
  if (!std::isfinite(loss.half_width)) return fmt::format("{:.4g}", loss.mean);
  // As many decimals as show two digits of the half-width.
  const double scale = loss.half_width > 0 ? loss.half_width : std::abs(loss.mean) / 100;
  int decimals = 3;
  if (scale > 0) decimals = std::clamp(1 - static_cast<int>(std::floor(std::log10(scale))), 0, 9);
  return fmt::format("{:.{}f}{}{:.{}f}", loss.mean, decimals, plus_minus, loss.half_width,
                     decimals);
}

std::string cell_text(const study::Cell& cell, std::string_view plus_minus,
                      std::string_view percent) {
  const std::string loss = loss_text(cell.loss, plus_minus);
  if (!std::isfinite(cell.accuracy)) return loss;
  return fmt::format("{} ({:.1f}{})", loss, 100 * cell.accuracy, percent);
}

std::string latex_text(std::string_view text) {
  std::string escaped;
  for (const char character : text) {
    switch (character) {
      case '\\':
        escaped += "\\textbackslash{}";
        break;
      case '~':
        escaped += "\\textasciitilde{}";
        break;
      case '^':
        escaped += "\\textasciicircum{}";
        break;
      case '<':
        escaped += "\\textless{}";
        break;
      case '>':
        escaped += "\\textgreater{}";
        break;
      case '|':
        escaped += "\\textbar{}";
        break;
      case '"':
        escaped += "\\textquotedbl{}";
        break;
      case '&':
      case '%':
      case '$':
      case '#':
      case '_':
      case '{':
      case '}':
        escaped += '\\';
        escaped += character;
        break;
      case '\n':
      case '\r':
      case '\t':
        escaped += ' ';
        break;
      default:
        escaped += character;
    }
  }
  return escaped;
}

std::string markdown_text(std::string_view text) {
  std::string escaped;
  for (const char character : text) {
    if (character == '\n' || character == '\r') {
      escaped += ' ';
      continue;
    }
    if (character == '<') {
      escaped += "&lt;";
      continue;
    }
    if (character == '&') {
      escaped += "&amp;";
      continue;
    }
    if (std::string_view("\\`*_[]|~").find(character) != std::string_view::npos) escaped += '\\';
    escaped += character;
  }
  return escaped;
}

std::string markdown_tables(const study::Summary& summary) {
  std::string text;
  for (const std::string& data : data_names(summary)) {
    text += fmt::format("### {}\n\n", markdown_text(data));
    text += markdown_table(loss_header(summary, data), loss_rows(markdown, summary, data));
  }
  if (!summary.tipping_points.empty()) {
    text += "### Fewest bits as good as full precision\n\n";
    text += markdown_table(tipping_header(summary), tipping_rows(markdown, summary));
  }
  return text;
}

std::string latex_tables(const study::Summary& summary) {
  std::string text = "% needs \\usepackage{booktabs} and \\usepackage[T1]{fontenc}\n";
  for (const std::string& data : data_names(summary)) {
    text += latex_table(loss_header(summary, data), loss_rows(latex, summary, data),
                        latex_text(data) + caption_of(summary, data));
  }
  if (!summary.tipping_points.empty()) {
    text += latex_table(tipping_header(summary), tipping_rows(latex, summary),
                        "Fewest bits as good as full precision.");
  }
  return text;
}

namespace {

/// The verdict and what it rests on: six fields.
std::string evidence_fields(const study::Comparison* against) {
  using text::csv_number;
  if (against == nullptr) return ",,,,,";
  const stats::Comparison& evidence = against->evidence;
  return fmt::format("{},{},{},{},{},{}", stats::name(evidence.verdict),
                     csv_number(evidence.difference.mean), csv_number(evidence.difference.lower),
                     csv_number(evidence.difference.upper), csv_number(evidence.margin),
                     against->intervals_overlap);
}

}  // namespace

std::string csv(const study::Summary& summary) {
  using text::csv_field, text::csv_number;
  std::string text =
      "data,method,bits,payload_bits,payload_bytes,compression,loss,half_width,accuracy,splits,"
      "loss_ratio,"
      "verdict,difference,lower,upper,margin,intervals_overlap,train_seconds,settings,losses\n";
  for (const study::Cell& cell : summary.cells) {
    const study::Comparison* against = find_comparison(summary, cell);
    std::string losses;
    for (const double loss : cell.losses) {
      losses += fmt::format("{}{}", losses.empty() ? "" : " ",
                            std::isfinite(loss) ? csv_number(loss) : "-");
    }
    text += fmt::format(
        "{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n", csv_field(cell.data),
        csv_field(cell.method), cell.bits, csv_number(cell.payload_bits),
        csv_number(cell.payload_bytes), csv_number(cell.compression), csv_number(cell.loss.mean),
        csv_number(cell.loss.half_width), csv_number(cell.accuracy), cell.losses.size(),
        against ? csv_number(against->loss_ratio) : "", evidence_fields(against),
        csv_number(cell.train_seconds_mean), csv_field(settings_text(cell)), csv_field(losses));
  }
  return text;
}

}  // namespace terse::report
