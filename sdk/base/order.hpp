// Sorting without a copy of the sort for every type: what is sorted is a list of indices, by one merge sort.
#pragma once

#include <cstdint>

#include "base/list.hpp"

namespace candor {

using Indices = List<std::uint32_t>;

// 0, 1, … count - 1.
Indices counted(std::size_t count);

// Stable: of two that neither comes before the other, the one that stands first stays first.
void sort_indices(Indices& indices, bool (*before)(const void* context, std::uint32_t a, std::uint32_t b),
                  const void* context);

// `before(a, b)` takes two of the indices.
template <class Before>
void sort_indices(Indices& indices, const Before& before) {
    sort_indices(
        indices,
        [](const void* context, std::uint32_t a, std::uint32_t b) {
            return static_cast<bool>((*static_cast<const Before*>(context))(a, b));
        },
        &before);
}

}  // namespace candor
