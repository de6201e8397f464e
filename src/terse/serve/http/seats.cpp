#include "terse/serve/http/seats.h"

#include <algorithm>

namespace terse::serve::http {

std::vector<std::size_t> longest_waiting(std::span<const Seat> seats, Clock::time_point now,
                                         std::chrono::milliseconds patience, std::size_t wanted) {
  std::vector<std::size_t> places;
  for (std::size_t place = 0; place < seats.size(); ++place) {
    const Seat& seat = seats[place];
    if (seat.won > 0 && seat.waiting_since && now - *seat.waiting_since >= patience) {
      places.push_back(place);
    }
  }
  std::stable_sort(places.begin(), places.end(), [&](std::size_t one, std::size_t other) {
    return *seats[one].waiting_since < *seats[other].waiting_since;
  });
  std::size_t won = 0;
  std::size_t chosen = 0;
  while (chosen < places.size() && won < wanted) won += seats[places[chosen++]].won;
  places.resize(chosen);
  return places;
}

}  // namespace terse::serve::http
