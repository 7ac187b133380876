#include "base/order.hpp"

namespace candor {

Indices counted(std::size_t count) {
    Indices indices(count);
    for (std::size_t i = 0; i < count; ++i) indices[i] = static_cast<std::uint32_t>(i);
    return indices;
}

void sort_indices(Indices& indices, bool (*before)(const void* context, std::uint32_t a, std::uint32_t b),
                  const void* context) {
    const std::size_t count = indices.size();
    Indices merged(count);
    for (std::size_t run = 1; run < count; run *= 2) {
        for (std::size_t begin = 0; begin < count; begin += 2 * run) {
            const std::size_t middle = begin + run < count ? begin + run : count;
            const std::size_t end = middle + run < count ? middle + run : count;
            std::size_t left = begin, right = middle;
            for (std::size_t at = begin; at < end; ++at) {
                const bool takes_right =
                    left == middle || (right < end && before(context, indices[right], indices[left]));
                merged[at] = indices[takes_right ? right++ : left++];
            }
        }
        indices.swap(merged);
    }
}

}  // namespace candor
