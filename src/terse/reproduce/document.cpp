#include "terse/reproduce/document.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "terse/reproduce/published.h"

namespace terse::reproduce {
namespace {

using quantize::Method;
using Json = nlohmann::ordered_json;

// Methods of table 9 and of table 11 that were asked for and of which something ran, fp first.
std::vector<Method> methods_shown(const Document& document) {
  std::vector<Method> methods;
  for (const Method method : quantize::network_methods) {
    bool any = false;
    for (const ComparedCell& cell : document.reproduction.cells) {
      any = any || (cell.method == method && cell.mark != Mark::not_run);
    }
    if (any) methods.push_back(method);
  }
  return methods;
}

std::string cell_text(const ComparedCell* cell) {
  if (cell == nullptr) return "";
  if (cell->mark == Mark::not_run) return fmt::format("– / {:.3f}", cell->published.mean);
  const std::string half =
      cell->splits > 1 ? fmt::format(" ± {:.3f}", cell->ours.half_width) : std::string();
  const std::string text = fmt::format("{:.3f}{} / {:.3f} {}", cell->ours.mean, half,
                                       cell->published.mean, name(cell->mark));
  return cell->mark == Mark::worse ? "**" + text + "**" : text;
}

bool anything_ran(const Document& document, const std::string& data) {
  for (const ComparedCell& cell : document.reproduction.cells) {
    if (cell.data == data && cell.mark != Mark::not_run) return true;
  }
  return false;
}

bool is_about(const Document& document, const std::string& data) {
  const auto of_data = [&](const ScheduleLoss& loss) { return loss.data == data; };
  return anything_ran(document, data) || std::ranges::any_of(document.schedules, of_data);
}

void add_counts(std::string& text, const Document& document) {
  text +=
      "| method | cells run | splits | better | inside | worse | mean at or below the published |\n"
      "|---|---|---|---|---|---|---|\n";
  for (const Method method : methods_shown(document)) {
    std::size_t counts[4] = {};
    std::size_t below = 0;
    std::size_t fewest = std::numeric_limits<std::size_t>::max();
    std::size_t most = 0;
    for (const ComparedCell& cell : document.reproduction.cells) {
      if (cell.method != method) continue;
      ++counts[static_cast<std::size_t>(cell.mark)];
      if (cell.mark == Mark::not_run) continue;
      fewest = std::min(fewest, cell.splits);
      most = std::max(most, cell.splits);
      if (cell.ours.mean <= cell.published.mean) ++below;
    }
    const auto count = [&](Mark mark) { return counts[static_cast<std::size_t>(mark)]; };
    const std::size_t run = count(Mark::better) + count(Mark::inside) + count(Mark::worse);
    const std::string splits =
        fewest == most ? fmt::format("{}", most) : fmt::format("{} to {}", fewest, most);
    text += fmt::format("| {} | {} of {} | {} | {} | {} | {} | {} |\n", quantize::id(method), run,
                        run + count(Mark::not_run), splits, count(Mark::better),
                        count(Mark::inside), count(Mark::worse), below);
  }
  text += '\n';
  const Reproduction& reproduction = document.reproduction;
  if (reproduction.ranked_pairs > 0) {
    text += fmt::format(
        "Of {} pairs of methods whose published intervals are disjoint, our means put {} in the "
        "same "
        "order.\n\n",
        reproduction.ranked_pairs, reproduction.ranked_alike);
  }
}

// The rest of a head line, a column for each method, and the line under it.
void add_head_of(const std::vector<Method>& methods, std::string& text) {
  for (const Method method : methods) text += fmt::format(" {} |", quantize::id(method));
  text += "\n|---|";
  for (std::size_t i = 0; i < methods.size(); ++i) text += "---|";
  text += '\n';
}

void add_tables(std::string& text, const Document& document) {
  text +=
      "## Tables 9, 10 and 11: test MSE\n\n"
      "Each cell: our mean with its 95% t-interval / the published mean, and where ours lies in "
      "the published\ninterval. fp is one value for all widths.\n\n";
  add_counts(text, document);
  const std::vector<Method> methods = methods_shown(document);
  for (const PublishedData& data : published_data()) {
    if (!anything_ran(document, data.name)) continue;
    text += fmt::format("### {}\n\n| bits |", data.name);
    add_head_of(methods, text);
    for (const unsigned bits : document.needs.bits) {
      text += fmt::format("| {} |", bits);
      for (const Method method : methods) {
        text += fmt::format(
            " {} |", cell_text(find_cell(document.reproduction.cells, data.name, method, bits)));
      }
      text += '\n';
    }
    text += '\n';
  }
}

std::string bits_text(const std::optional<unsigned>& bits) {
  return bits ? fmt::format("{}", *bits) : "–";
}

std::vector<Method> quantized_methods(const Document& document) {
  std::vector<Method> methods;
  for (const Method method : methods_shown(document)) {
    if (method != Method::fp) methods.push_back(method);
  }
  return methods;
}

/// "4", "7 (5)", "- (2)".
std::string evidence_text(const study::Summary& summary, const std::string& data, Method method) {
  for (const study::TippingPoint& point : summary.tipping_points) {
    if (point.data != data || point.method != quantize::id(method)) continue;
    return bits_text(point.bits_shown) +
           (point.bits_open ? fmt::format(" ({})", *point.bits_open) : "");
  }
  return "–";
}

void add_evidence(std::string& text, const Document& document) {
  text += fmt::format(
      "## Fewest bits shown to be as good as full precision\n\n"
      "The paper's rule is met more easily the fewer the splits and the wider the intervals. This "
      "is "
      "what our\nsplits show: the fewest bits whose mean loss is at most {:.4g} % above that of "
      "our "
      "own full precision on the\nsame splits, with 95 % certainty for all widths of a method "
      "together (docs/decisions/0043). In brackets: the\nfewest bits below that at which neither "
      "this nor the opposite is shown.\n\n| data |",
      100 * document.summary.margin);
  const std::vector<Method> methods = quantized_methods(document);
  add_head_of(methods, text);
  for (const PublishedData& data : published_data()) {
    if (!anything_ran(document, data.name)) continue;
    text += fmt::format("| {} |", data.name);
    for (const Method method : methods) {
      text += fmt::format(" {} |", evidence_text(document.summary, data.name, method));
    }
    text += '\n';
  }
  text += '\n';
}

void add_tipping_points(std::string& text, const Document& document) {
  text +=
      "## Fewest bits not significantly worse than full precision\n\n"
      "By the paper's rule (intervals not disjoint, or the mean below), each against its own "
      "full precision:\nours / published.\n\n| data |";
  const std::vector<Method> methods = quantized_methods(document);
  add_head_of(methods, text);
  for (const PublishedData& data : published_data()) {
    if (!anything_ran(document, data.name)) continue;
    text += fmt::format("| {} |", data.name);
    for (const ComparedTippingPoint& point : document.reproduction.tipping_points) {
      if (point.data != data.name ||
          std::find(methods.begin(), methods.end(), point.method) == methods.end()) {
        continue;
      }
      text += fmt::format(" {} / {} |", bits_text(point.ours), bits_text(point.published));
    }
    text += '\n';
  }
  text += '\n';
}

void add_ablations(std::string& text, const Document& document) {
  std::string rows;
  for (const ComparedAblation& ablation : document.reproduction.ablations) {
    if (!std::isfinite(ablation.ours)) continue;
    const bool base = ablation.method == Method::bw_sq;
    rows += base ? fmt::format("| {} | bw-sq (MSE) | {:.3f} | {:.3f} |\n", ablation.data,
                               ablation.ours, ablation.published)
                 : fmt::format("| {} | {} (% above bw-sq) | {:.2f} | {:.2f} |\n", ablation.data,
                               quantize::id(ablation.method), ablation.ours, ablation.published);
  }
  if (rows.empty()) return;
  text +=
      "## Table 2: mean over all widths\n\n| data | method | ours | published "
      "|\n|---|---|---|---|\n" +
      rows + "\n";
}

void add_schedules(std::string& text, const Document& document) {
  if (document.schedules.empty()) return;
  text +=
      "## Tables 6 and 7: temperature schedules, validation MSE of bw-sq\n\n"
      "| data | bits | schedule | last temperature | ours | published |\n"
      "|---|---|---|---|---|---|\n";
  for (const ScheduleLoss& loss : document.schedules) {
    text +=
        fmt::format("| {} | {} | {} | {} | {} | {:.4f} |\n", loss.data, loss.bits,
                    quantize::name(loss.schedule), loss.temperature_end,
                    std::isfinite(loss.ours) ? fmt::format("{:.4f}", loss.ours) : std::string("–"),
                    loss.published);
  }
  text += '\n';
}

void add_seconds(std::string& text, const Document& document) {
  constexpr std::size_t units_most = 128;
  std::size_t cells = 0;
  std::size_t faster = 0;
  double slowest = 0.0;
  for (const ComparedCell& cell : document.reproduction.cells) {
    if (cell.method != Method::bw_sq || cell.mark == Mark::not_run) continue;
    if (cell.published_units > units_most) continue;
    ++cells;
    if (cell.our_seconds < cell.published_seconds) ++faster;
    slowest = std::max(slowest, cell.our_seconds / cell.published_seconds);
  }
  if (cells == 0) return;
  text += fmt::format(
      "## Time of a training\n\nOf {} bw-sq cells whose published winner has at most {} units, our "
      "training of the same cell took\nless time than the published one (RTX 4090) in {}; at most "
      "{:.2f} times as long.\n\n",
      cells, units_most, faster, slowest);
}

}  // namespace

std::string markdown(const Document& document) {
  const study::Summary& summary = document.summary;
  std::string text = "# Reproduction\n\n";
  text += fmt::format(
      "Published: Trainable Bitwise Soft Quantization for Input Feature Compression (arXiv "
      "2603.05172).\n\n- command: `{}`\n- version: {}\n- seed: {}{}\n- settings: {}\n"
      "- hardware: {}\n\n",
      summary.command, summary.version, summary.seed,
      summary.splits > 0 ? fmt::format(", {} splits", summary.splits) : "", document.settings,
      summary.hardware);
  if (is_about(document, "superconduct")) {
    text +=
        "superconduct may be a reconstruction from the same source, with 21,709 rows where the "
        "original has\n21,263: its cells compare data sets as well as trainings.\n\n";
  }
  if (!document.needs.methods.empty()) {
    add_tables(text, document);
    add_tipping_points(text, document);
    add_evidence(text, document);
    add_ablations(text, document);
    add_seconds(text, document);
  }
  add_schedules(text, document);
  if (document.needs.device) {
    text +=
        "## Table 3: the encoder on a device\n\nIt is not trained but measured, in cycles of "
        "simulated cores, beside the published times: run\n`scripts/bench-device`; the committed "
        "table is `docs/device/benchmarks.md`.\n";
  }
  return text;
}

std::string json_of(const Document& document) {
  Json result;  // dump() writes a number that is not finite as null
  result["command"] = document.summary.command;
  result["seed"] = document.summary.seed;
  result["splits"] = document.summary.splits;
  result["settings"] = document.settings;
  result["cells"] = Json::array();
  for (const ComparedCell& cell : document.reproduction.cells) {
    if (cell.mark == Mark::not_run) continue;
    result["cells"].push_back({{"data", cell.data},
                               {"method", quantize::id(cell.method)},
                               {"bits", cell.bits},
                               {"mse", cell.ours.mean},
                               {"half_width", cell.ours.half_width},
                               {"splits", cell.splits},
                               {"published_mse", cell.published.mean},
                               {"published_half_width", cell.published.half_width},
                               {"mark", name(cell.mark)},
                               {"seconds", cell.our_seconds},
                               {"published_seconds", cell.published_seconds}});
  }
  result["ranked_pairs"] = document.reproduction.ranked_pairs;
  result["ranked_alike"] = document.reproduction.ranked_alike;
  result["schedules"] = Json::array();
  for (const ScheduleLoss& loss : document.schedules) {
    result["schedules"].push_back({{"data", loss.data},
                                   {"bits", loss.bits},
                                   {"schedule", quantize::name(loss.schedule)},
                                   {"temperature_end", loss.temperature_end},
                                   {"mse", loss.ours},
                                   {"published_mse", loss.published}});
  }
  return result.dump(2) + "\n";
}

}  // namespace terse::reproduce
